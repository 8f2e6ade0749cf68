"""What a caller is told before anything is asked, and where a merged line leads.

Decided here: the order: who answers, that it is recorded, what emergency mode announces, what is
cut off where the caller lives. Where that is, is known from their last ticket. Not here: the words
(`prompts`), how they are spoken (the carrier's documents).
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import force_locale, gettext
from sqlalchemy import select

from hotline import labels
from hotline.calls import prompting
from hotline.calls.kinds import Mode
from hotline.calls.models import Call, Line
from hotline.calls.prompting import ENGLISH, Spoken
from hotline.extensions import db
from hotline.notices import queries as notices
from hotline.notices.queries import NoticeView
from hotline.notices.rules import Phase
from hotline.tickets import modes
from hotline.tickets.models import Ticket

MOST_NOTICES = 2


@dataclass(frozen=True)
class Passing:
    """A line that is served elsewhere: its name, and the number it is passed to."""

    line: str
    number: str


def words(
    call: Call, *, now: datetime, zone: ZoneInfo, is_recorded: bool, passing: Passing | None = None
) -> list[Spoken]:
    """All that is said before the menu; of a line that is passed on, only who answers."""
    said = [_welcome(call)]
    if passing is not None:
        return [*said, prompting.say("passing_to", call.language, line=passing.line)]
    if is_recorded:
        said.append(prompting.say("recorded", call.language))
    mode = modes.current(now)
    if mode is not None and mode.announcement.strip():
        said.append(Spoken(prompting.CHINESE, mode.announcement))
    return [*said, *_cut_off(call, now, zone)]


def passing(call: Call, dialled: str) -> Passing | None:
    """Where this call belongs instead, if its line has a centre of its own or is closed."""
    line = db.session.get(Line, call.line_id) if call.line_id else _closed(dialled)
    if line is None or not line.transfer_to:
        return None
    is_elsewhere = line.mode is Mode.SUB_CENTRE or line.closed_at is not None
    return Passing(line.name, line.transfer_to) if is_elsewhere else None


def _welcome(call: Call) -> Spoken:
    """The line's own greeting, where it has one."""
    line = db.session.get(Line, call.line_id) if call.line_id else None
    own = "" if line is None else line.greeting_en if _is_english(call) else line.greeting_zh
    if own.strip():
        return Spoken(call.language, own)
    return prompting.say("greeting", call.language)


def _closed(dialled: str) -> Line | None:
    digits = "".join(sign for sign in dialled if sign.isascii() and sign.isdigit())
    asked = select(Line).where(Line.closed_at.is_not(None), Line.transfer_to.is_not(None))
    found = [one for one in db.session.scalars(asked) if digits.endswith(one.number)]
    return max(found, key=lambda one: len(one.number), default=None)


def _cut_off(call: Call, now: datetime, zone: ZoneInfo) -> list[Spoken]:
    district = _district(call)
    found = notices.at(district, "", now) if district else []
    return [_notice(one, district or "", call.language, zone) for one in found[:MOST_NOTICES]]


def _district(call: Call) -> str | None:
    if call.citizen_id is None:
        return None
    asked = select(Ticket.district_code).where(
        Ticket.citizen_id == call.citizen_id, Ticket.district_code.is_not(None)
    )
    return db.session.scalars(asked.order_by(Ticket.id.desc()).limit(1)).first()


def _notice(notice: NoticeView, district: str, language: str, zone: ZoneInfo) -> Spoken:
    with force_locale(language):
        supply = gettext(labels.msgid("supply", notice.supply))
    values = {
        "district": next(iter(notices.district_names([district])), ""),
        "supply": supply,
        "until": prompting.moment(notice.ends_at, zone, language),
    }
    key = "notice"
    if notice.phase is Phase.COMING:
        key, values["since"] = "notice_coming", prompting.moment(notice.begins_at, zone, language)
    if not notice.area.strip():
        return prompting.say(f"{key}_district", language, **values)
    return prompting.say(f"{key}_area", language, area=notice.area.strip(), **values)


def _is_english(call: Call) -> bool:
    return call.language == ENGLISH
