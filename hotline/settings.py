"""Rules that a city changes while running, with who changed them and when.

A room declares its rules as a frozen dataclass with defaults; `read` lays the stored values
over them. Not here: the environment (`config`). A change is seen by every process within
five seconds.
"""

import dataclasses
import time
from datetime import datetime
from typing import Any, TypeVar

from flask import current_app
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import String, delete, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from hotline.columns import Key, Stamp
from hotline.errors import Invalid, NotFound
from hotline.extensions import Base, db

T = TypeVar("T")
KEPT_SECONDS = 5.0
_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


class Setting(Base):
    """A stored value, where it differs from the default."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)
    changed_at: Mapped[Stamp]
    changed_by: Mapped[str] = mapped_column(String(60))


class SettingChange(Base):
    """Every change ever made."""

    __tablename__ = "setting_changes"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80), index=True)
    before: Mapped[Any] = mapped_column(JSONB)
    after: Mapped[Any] = mapped_column(JSONB)
    at: Mapped[Stamp]
    by: Mapped[str] = mapped_column(String(60))


def read(rules: type[T]) -> T:
    """The rules with what is stored laid over their defaults."""
    prefix = _prefix(rules)
    given = {
        name.removeprefix(prefix): value
        for name, value in _stored().items()
        if name.startswith(prefix)
    }
    known = {one.name for one in dataclasses.fields(rules)}  # type: ignore[arg-type]
    made: T = _adapter(rules).validate_python(
        {name: value for name, value in given.items() if name in known}
    )
    return made


def change(rules: type[Any], name: str, value: Any, *, by: str, now: datetime) -> None:
    """Store one value. Raises NotFound for an unknown name, Invalid for a wrong value."""
    if name not in {one.name for one in dataclasses.fields(rules)}:
        raise NotFound("unknown_setting", "There is no such setting.", field="name")
    try:
        _adapter(rules).validate_python({name: value})
    except ValidationError as wrong:
        raise Invalid("bad_setting", "This value is not allowed here.", field=name) from wrong
    full = _prefix(rules) + name
    before = getattr(read(rules), name)
    row = insert(Setting).values(name=full, value=value, changed_at=now, changed_by=by)
    db.session.execute(
        row.on_conflict_do_update(
            index_elements=["name"],
            set_={"value": value, "changed_at": now, "changed_by": by},
        )
    )
    db.session.add(
        SettingChange(name=full, before=_plain(before), after=value, at=now, by=by),
    )
    forget()


def restore(rules: type[Any], name: str, *, by: str, now: datetime) -> None:
    """Go back to the default; nothing happens where it stands already. Raises NotFound."""
    if name not in {one.name for one in dataclasses.fields(rules)}:
        raise NotFound("unknown_setting", "There is no such setting.", field="name")
    full, before = _prefix(rules) + name, getattr(read(rules), name)
    gone = db.session.execute(delete(Setting).where(Setting.name == full).returning(Setting.name))
    if gone.first() is None:
        return
    default = _plain(getattr(rules(), name))
    db.session.add(SettingChange(name=full, before=_plain(before), after=default, at=now, by=by))
    forget()


def stored() -> dict[str, Setting]:
    """Full name (`Rules.field`) → the row, for those that differ from their default."""
    return {one.name: one for one in db.session.scalars(select(Setting))}


def changes(limit: int) -> list[SettingChange]:
    """The latest changes, the youngest first."""
    return list(
        db.session.scalars(select(SettingChange).order_by(SettingChange.id.desc()).limit(limit))
    )


def _adapter(rules: type[Any]) -> TypeAdapter[Any]:
    """What checks a room's rules; to build it takes longer than all else of a reading."""
    if rules not in _ADAPTERS:
        _ADAPTERS[rules] = TypeAdapter(rules)
    return _ADAPTERS[rules]


def forget() -> None:
    """Read the stored values anew next time."""
    current_app.extensions.pop("settings_cache", None)


def _stored() -> dict[str, Any]:
    kept = current_app.extensions.get("settings_cache")
    if kept is None or time.monotonic() - kept[0] > KEPT_SECONDS:
        rows = db.session.execute(select(Setting.name, Setting.value))
        kept = (time.monotonic(), {name: value for name, value in rows})
        current_app.extensions["settings_cache"] = kept
    found: dict[str, Any] = kept[1]
    return found


def _prefix(rules: type[Any]) -> str:
    return f"{rules.__name__}."


def _plain(value: Any) -> Any:
    return TypeAdapter(Any).dump_python(value, mode="json")
