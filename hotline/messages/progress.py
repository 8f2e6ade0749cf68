"""The progress of a ticket, for whoever asks by text or by phone.

Decided here: it is told to the phone the ticket was made with, or to anybody with the query code;
of a confidential matter only with the code. Who tries codes gets no answer after a few, whatever
way they came. An unknown number and a wrong code look the same. Not here: the words around it.
"""

from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask_babel import force_locale, gettext

from hotline import labels
from hotline.messages import queries, texts
from hotline.messages.queries import Story
from hotline.tickets.numbers import is_same_code
from hotline.tickets.states import FINAL

TRIES_WITHIN = timedelta(hours=1)


def find(number: str, code: str | None, address: str | None) -> Story | None:
    """The ticket that this phone (E.164, None when withheld) or whoever has the code asks for.

    A confidential one still needs the code: `needs_code`.
    """
    story = queries.story_of(number)
    if story is None:
        return None
    if code is not None:
        return story if is_same_code(code, story.query_code) else None
    return story if story.phone is not None and story.phone == address else None


def needs_code(story: Story, code: str | None) -> bool:
    """Whether the right phone is not enough."""
    return story.is_private and code is None


def told(story: Story, zone: ZoneInfo, locale: str) -> Mapping[str, str]:
    """What is said of it: number, words, and of an open matter the unit and the deadline."""
    with force_locale(locale):
        said = gettext(labels.msgid("citizen_state", story.state.value))
    is_told = not story.is_private and story.state not in FINAL
    return {
        "number": story.number,
        "words": said,
        "unit": story.unit if is_told else "",
        "due": texts.moment(story.due_at, zone, locale) if is_told else "",
    }
