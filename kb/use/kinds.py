"""The vocabulary of use: where knowledge is asked, what is done with it, what becomes of it."""

from enum import StrEnum


class Source(StrEnum):
    """Where somebody asked, or used an article."""

    CONSOLE = "console"
    UNIT = "unit"
    CALLBACK = "callback"
    KNOWLEDGE = "knowledge"
    PORTAL = "portal"
    PUBLIC = "public"
    API = "api"


class UseKind(StrEnum):
    """What was done with an article. `answered`: a matter ended with it."""

    OPENED = "opened"
    INSERTED = "inserted"
    TEXTED = "texted"
    ANSWERED = "answered"
    HELPFUL = "helpful"
    UNHELPFUL = "unhelpful"
    COMPLAINED = "complained"


class Stand(StrEnum):
    """How far a complaint or a proposal is; an open one waits for an editor."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


HELPS = frozenset({UseKind.INSERTED, UseKind.TEXTED, UseKind.ANSWERED, UseKind.HELPFUL})
"""What says that the search found what was wanted."""
BY_CITIZENS = frozenset({Source.PORTAL, Source.PUBLIC})
