"""What may come in about people: credentials, accounts, roles, filters."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

from hotline.access import Role
from hotline.fields import Form
from hotline.people import rules

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
