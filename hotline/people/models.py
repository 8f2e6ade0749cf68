"""Units, staff, their memberships and their tokens."""

from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.access import Role
from hotline.columns import Code, Key, Stamp, one_of
from hotline.extensions import Base


class UnitKind(StrEnum):
    """What a unit is; scores compare only within one kind."""

    DEPARTMENT = "department"
    COUNTY_DISTRICT = "county_district"
    PUBLIC_SERVICE = "public_service"


class Unit(Base):
    """An undertaking unit, or a sub-unit of one."""

    __tablename__ = "units"
    __table_args__ = (one_of("kind", UnitKind),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[UnitKind] = mapped_column(Code(UnitKind))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    is_vertical: Mapped[bool] = mapped_column(Boolean, server_default="false")
    has_duty_24h: Mapped[bool] = mapped_column(Boolean, server_default="false")
    keywords: Mapped[str] = mapped_column(String(500), server_default="")
    closed_at: Mapped[Stamp | None]


class Staff(Base):
    """Somebody who signs in."""

    __tablename__ = "staff"

    id: Mapped[Key]
    username: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    password_hash: Mapped[str] = mapped_column(String(200))
    epoch: Mapped[int] = mapped_column(Integer, server_default="0")
    is_active: Mapped[bool] = mapped_column(Boolean, server_default="true")
    locale: Mapped[str] = mapped_column(String(10), server_default="zh_CN")
    failures: Mapped[int] = mapped_column(Integer, server_default="0")
    locked_until: Mapped[Stamp | None]
    memberships: Mapped[list["Membership"]] = relationship(back_populates="staff")


class Membership(Base):
    """A role, in the hotline (no unit) or in a unit, from one moment until another."""

    __tablename__ = "memberships"
    __table_args__ = (
        one_of("role", Role),
        Index("ix_memberships_staff_id", "staff_id"),
        Index("ix_memberships_unit_id", "unit_id", "role"),
    )

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    role: Mapped[Role] = mapped_column(Code(Role))
    since: Mapped[Stamp]
    until: Mapped[Stamp | None]
    staff: Mapped[Staff] = relationship(back_populates="memberships")
    unit: Mapped[Unit | None] = relationship()


class ApiToken(Base):
    """A bearer token for the JSON API; only its digest is kept."""

    __tablename__ = "api_tokens"

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"))
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    name: Mapped[str] = mapped_column(String(80), server_default=text("''"))
    created_at: Mapped[Stamp]
    revoked_at: Mapped[Stamp | None]
