"""Units, staff, their memberships, their tokens, and the sessions they signed out of."""

from datetime import date
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.access import UNIT_ROLES, Role
from hotline.columns import Code, EncryptedText, Key, Stamp, one_of
from hotline.extensions import Base

UNIT_ROLE_CODES = ", ".join(sorted(f"'{role.value}'" for role in UNIT_ROLES))


class UnitKind(StrEnum):
    """What a unit is; scores compare only within one kind."""

    DEPARTMENT = "department"
    COUNTY_DISTRICT = "county_district"
    PUBLIC_SERVICE = "public_service"


class Unit(Base):
    """An undertaking unit, or a sub-unit of one.

    `parent_id` is the unit above: a company has one too and gets tickets all the same; a sub-unit
    gets them from its unit alone.
    """

    __tablename__ = "units"
    __table_args__ = (
        one_of("kind", UnitKind),
        CheckConstraint("NOT is_sub_unit OR parent_id IS NOT NULL", name="sub_units_have_units"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[UnitKind] = mapped_column(Code(UnitKind))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    is_vertical: Mapped[bool] = mapped_column(Boolean, server_default="false")
    has_duty_24h: Mapped[bool] = mapped_column(Boolean, server_default="false")
    keywords: Mapped[str] = mapped_column(String(500), server_default="")
    closed_at: Mapped[Stamp | None]
    is_sub_unit: Mapped[bool] = mapped_column(Boolean, server_default="false")


class Duty(Base):
    """Who answers for a unit by phone from one day to another, both included, day and night."""

    __tablename__ = "duties"
    __table_args__ = (
        CheckConstraint("until_on >= since_on", name="ends_after_it_begins"),
        Index("ix_duties_unit_id", "unit_id", "until_on"),
    )

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    since_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    name: Mapped[str] = mapped_column(EncryptedText)
    phone: Mapped[str] = mapped_column(EncryptedText)
    deputy_name: Mapped[str | None] = mapped_column(EncryptedText)
    deputy_phone: Mapped[str | None] = mapped_column(EncryptedText)
    entered_by: Mapped[str] = mapped_column(String(60))
    entered_at: Mapped[Stamp]


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
    has_temporary_password: Mapped[bool] = mapped_column(Boolean, server_default="false")
    failures: Mapped[int] = mapped_column(Integer, server_default="0")
    locked_until: Mapped[Stamp | None]
    memberships: Mapped[list["Membership"]] = relationship(back_populates="staff")


class Membership(Base):
    """A role, in the hotline (no unit) or in a unit, from one moment until another."""

    __tablename__ = "memberships"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint(
            f"(unit_id IS NOT NULL) = (role IN ({UNIT_ROLE_CODES}))", name="unit_roles_have_units"
        ),
        CheckConstraint("until IS NULL OR until >= since", name="ends_after_it_begins"),
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
    __table_args__ = (Index("ix_api_tokens_staff_id", "staff_id"),)

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"))
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    name: Mapped[str] = mapped_column(String(80), server_default=text("''"))
    created_at: Mapped[Stamp]
    revoked_at: Mapped[Stamp | None]


class EndedSession(Base):
    """A session somebody signed out of before its time, so that its cookie opens nothing more."""

    __tablename__ = "ended_sessions"
    __table_args__ = (Index("ix_ended_sessions_ended_at", "ended_at"),)

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    ended_at: Mapped[Stamp]
