"""What may come in about people: credentials, accounts, roles, filters."""

from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from hotline.access import Role
from hotline.fields import Form
from hotline.people import rules
from hotline.people.models import UnitKind
from hotline.people.units import Description, Turn

LARGEST_KEY = 2**63 - 1

Password = Annotated[str, Field(min_length=1, max_length=4 * rules.LONGEST_PASSWORD)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
RowKey = Annotated[int, Field(ge=1, le=LARGEST_KEY)]


class SecretForm(Form):
    """A form with a password in it, of which every blank counts."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False, frozen=True)


class SignInForm(SecretForm):
    """Who somebody says they are, and where they were going."""

    username: str = Field(min_length=1, max_length=200)
    password: Password
    next: str | None = Field(None, max_length=2000)


class NewPasswordForm(SecretForm):
    """A password of one's own, typed twice."""

    password: Password
    again: Password


class ChangePasswordForm(NewPasswordForm):
    """The same, with the present one."""

    present: Password


class ConfirmForm(SecretForm):
    """One's own password once more, and where one was going."""

    present: Password
    next: str | None = Field(None, max_length=2000)


class StaffFilter(Form):
    """Which part of the staff to show."""

    q: Annotated[str, Field(max_length=40)] = ""
    role: Role | None = None
    after: Annotated[str, Field(max_length=rules.LONGEST_USERNAME)] = ""


class NewStaffForm(Form):
    """Somebody new."""

    username: str = Field(min_length=1, max_length=rules.LONGEST_USERNAME)
    name: str = Field(min_length=1, max_length=40)


class GrantForm(Form):
    """A role, where it is held, and from which day to which; the last day is a whole one."""

    role: Role
    unit: str | None = Field(None, max_length=20)
    since_on: Day | None = None
    until_on: Day | None = None


class RevokeForm(Form):
    """Which role ends."""

    membership: RowKey


class RevokeTokenForm(Form):
    """Which token ends."""

    token: RowKey


class PageForm(Form):
    """Which page of the units."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=20)] = ""


class UnitFilter(Form):
    """Which units to show."""

    q: Annotated[str, Field(max_length=40)] = ""
    kind: UnitKind | None = None
    closed: bool = False


class UnitForm(Form):
    """What is changed of a unit."""

    name: str = Field(min_length=1, max_length=80)
    keywords: str = Field("", max_length=500)
    has_duty_24h: bool = False

    def description(self) -> Description:
        """As the operation takes it."""
        return Description(self.name, self.keywords, self.has_duty_24h)


class NewUnitForm(UnitForm):
    """A new unit, or a sub-unit when a parent is named."""

    code: str = Field(min_length=1, max_length=20)
    kind: UnitKind = UnitKind.DEPARTMENT
    parent: str | None = Field(None, max_length=20)


class DutyForm(Form):
    """A turn of duty."""

    since_on: Day
    until_on: Day
    name: str = Field(min_length=1, max_length=40)
    phone: str = Field(min_length=1, max_length=60)
    deputy_name: str | None = Field(None, max_length=40)
    deputy_phone: str | None = Field(None, max_length=60)

    def turn(self) -> Turn:
        """As the operation takes it."""
        return Turn(**self.model_dump())


class EndDutyForm(Form):
    """Which turn of duty is taken off."""

    duty: RowKey


class SettingForm(Form):
    """A new value of a setting, as typed; empty goes back to the default."""

    name: str = Field(min_length=1, max_length=80)
    value: str = Field("", max_length=500)


class NewTokenForm(Form):
    """A token for somebody's systems."""

    username: str = Field(min_length=1, max_length=rules.LONGEST_USERNAME)
    name: str = Field(min_length=1, max_length=80)


class AuditFilter(Form):
    """Which traces to show, the youngest first; `before` is the last one's number."""

    who: Annotated[str, Field(max_length=60)] = ""
    kind: Annotated[str, Field(max_length=60)] = ""
    subject: Annotated[str, Field(max_length=80)] = ""
    on: Day | None = None
    before: RowKey | None = None


class LanguageForm(Form):
    """The language somebody wants their pages in."""

    locale: Literal["zh_CN", "en"]
