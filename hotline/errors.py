"""Every error that a caller can cause.

A code for machines, an English msgid for people (translated at the edge), the field at
fault where there is one. What the caller can't cause is a plain exception and a 500.
"""

from collections.abc import Mapping

from hotline.words import N_


class Refused(Exception):
    """The request is understood and not carried out."""

    status = 409

    def __init__(
        self,
        code: str,
        message: str,
        *,
        field: str | None = None,
        values: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.field = field
        self.values = dict(values or {})

    @property
    def fields(self) -> dict[str, str]:
        """Field name → msgid, as the API's error body wants it."""
        return {self.field: self.message} if self.field else {}

    def __str__(self) -> str:
        return f"{self.code}: {self.message % self.values if self.values else self.message}"


class Invalid(Refused):
    """A field's value can't be taken."""

    status = 422

    def __init__(
        self,
        code: str,
        message: str,
        *,
        field: str | None = None,
        values: Mapping[str, object] | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code, message, field=field, values=values)
        self._fields = dict(fields or {})

    @property
    def fields(self) -> dict[str, str]:
        """All the fields at fault, with their msgids."""
        return self._fields or super().fields


class MadeUp(Invalid):
    """A filter or a cursor in an address that no page of ours wrote: made up by hand."""

    status = 400


class NotFound(Refused):
    """There is no such thing, or not for this viewer: both look the same from outside."""

    status = 404


class Forbidden(Refused):
    """The viewer may not do this."""

    status = 403


class Unauthenticated(Refused):
    """Nobody is signed in, or the token is not known."""

    status = 401


class WrongState(Refused):
    """The ticket's state doesn't allow the verb; `possible` names what it allows.

    What of it the one who asks may do is said where it is told (`fields.said`).
    """

    def __init__(self, state: str, verb: str, possible: list[str]) -> None:
        super().__init__(
            "wrong_state",
            N_("In state %(state)s this is not possible: %(verb)s. %(instead)s"),
            values={"state": state, "verb": verb, "instead": ", ".join(possible) or "-"},
        )
        self.possible = possible


class TooMany(Refused):
    """Asked more often than allowed."""

    status = 429


class Unavailable(Refused):
    """Something the request needs is away just now; trying again later is right."""

    status = 503
