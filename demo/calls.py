"""The demo's lines, the operators' skills, and the calls of the last days: no page is empty.

Decided here: how a day on the phones looks. Each call is what the operations leave behind when it
is over, written in bulk so that the demo stays quick; none is live, so nothing rings by itself.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from demo.people import Cast
from hotline import crypto
from hotline.calls import lines
from hotline.calls.kinds import (
    BreakReason,
    Device,
    Direction,
    HungUpBy,
    LegEnd,
    LegRole,
    LegState,
    Mode,
    Purpose,
    Result,
    SeatState,
    Skill,
)
from hotline.calls.lines import Description
from hotline.calls.models import Call, CallEvent, CallLeg, CallTicket, new_ref
from hotline.calls.rules import RANK_ORDINARY, RANK_OWED
from hotline.calls.seat_models import Seat, SeatSpan
from hotline.calls.states import CallState
from hotline.citizens.models import Citizen
from hotline.extensions import db, table
from hotline.tickets.kinds import Channel
from hotline.tickets.models import Ticket

M, P = Mode.MERGED, Mode.PARALLEL
LINES = (
    ("12345", Description("政务服务便民热线", M)),
    ("12319", Description("城建服务热线", M, "城建服务热线已并入 12345，请讲您的诉求。")),
    ("12369", Description("环保举报热线", P, "您好，这里是环保举报热线。")),
    ("12301", Description("旅游服务热线", M, greeting_en="Tourist service.", rank=5)),
    ("12333", Description("人社服务热线", Mode.SUB_CENTRE, transfer_to="0335 3012333")),
    ("12315", Description("市场监管投诉举报热线", P, "您好，这里是市场监管热线。", rank=10)),
)
SKILLS: Mapping[str, list[str]] = {
    "operator1": [Skill.ENGLISH.value, Skill.ENTERPRISE.value],
    "operator2": [Skill.ENTERPRISE.value],
    "operator3": [Skill.ENGLISH.value],
}
OPERATORS = tuple(f"operator{n}" for n in range(1, 7))
DAYS, A_DAY, WITH_TICKETS, OWED = 3, 44, 16, 2
FIRST_PHONE = 13_903_350_000
OPENING, CLOSING = time(8), time(20)
FATES = ("answered",) * 16 + ("abandoned", "short", "asked", "abandoned")
"""Of twenty callers, what becomes of each."""
RESULTS = (Result.ANSWERED, Result.ANSWERED, Result.EXISTING, Result.TRANSFERRED)
Row = dict[str, Any]


@dataclass
class Hall:
    """The operators, when each is free again, and how they spent their time."""

    free_at: dict[int, datetime]
    spans: list[Row] = field(default_factory=list)

    def next_free(self) -> int:
        """Who waits longest."""
        return min(self.free_at, key=lambda one: (self.free_at[one], one))

    def spend(self, who: int, state: SeatState, since: datetime, until: datetime) -> None:
        """This operator did this; ready in between."""
        if since > self.free_at[who]:
            self.spans.append(_span(who, SeatState.READY, self.free_at[who], since))
        self.spans.append(_span(who, state, since, until))
        self.free_at[who] = until


@dataclass(frozen=True)
class Past:
    """One call with its history, still without its id; `ticket_id` when one came of it."""

    call: Row
    events: list[Row]
    ticket_id: int | None = None


def seed(cast: Cast, now: datetime, zone: ZoneInfo) -> str:
    """Lines, seats, and the calls of the last days; answers a line."""
    for number, said in LINES:
        lines.put(number, said, by=cast["admin"].actor, now=now - timedelta(days=400))
    known = {one.number: one.id for one in lines.all_lines()}
    by_number = {number: known[number] for number, _ in LINES}
    chance = random.Random(12345)  # noqa: S311  nothing secret: the same demo each time
    staff = [cast[login].staff_id for login in OPERATORS]
    past = [*_with_tickets(staff, by_number["12345"], now), *_owed(by_number["12345"], now)]
    for back in range(DAYS):
        day = now.astimezone(zone).date() - timedelta(days=back)
        opening = datetime.combine(day, OPENING, zone)
        hall = Hall(dict.fromkeys(staff, opening))
        until = min(datetime.combine(day, CLOSING, zone), now - timedelta(minutes=1))
        past += _day(hall, opening, until, list(by_number.values()), chance)
        _write_day(hall, until)
    _seats(cast, now)
    _write(sorted(past, key=lambda one: one.call["created_at"]))
    return f"{len(LINES)} lines, {len(past)} calls"


def _day(
    hall: Hall, opening: datetime, until: datetime, line_ids: list[int], chance: random.Random
) -> Iterator[Past]:
    """Calls from the opening until an end, each taken by who is free first."""
    for n, who in enumerate(hall.free_at):
        lunch = opening + timedelta(hours=3 + n // 2)
        if lunch + timedelta(minutes=30) < until and n < 2:
            hall.spend(who, SeatState.BREAK, lunch, lunch + timedelta(minutes=30))
    step = timedelta(hours=12) / A_DAY
    for n in range(A_DAY):
        begun = opening + n * step + timedelta(seconds=chance.randrange(400))
        line_id = line_ids[0] if n % 3 else line_ids[n // 3 % len(line_ids)]
        if begun + timedelta(minutes=12) < until:
            yield _past(hall, begun, line_id, FATES[(n * 7) % len(FATES)], chance)


def _past(hall: Hall, begun: datetime, line_id: int, fate: str, chance: random.Random) -> Past:
    phone = f"+86{FIRST_PHONE + chance.randrange(900)}"
    queued = begun + timedelta(seconds=8)
    if fate == "answered":
        who = hall.next_free()
        answered = max(queued + timedelta(seconds=chance.randrange(2, 26)), hall.free_at[who])
        ended = answered + timedelta(seconds=chance.randrange(60, 420))
        written = ended + timedelta(seconds=chance.randrange(10, 60))
        hall.spend(who, SeatState.ON_CALL, answered, ended)
        hall.spend(who, SeatState.WRAP_UP, ended, written)
        made = _row(phone, line_id, begun, CallState.ENDED, queued=queued, ended=ended)
        made |= {"staff_id": who, "answered_at": answered, "finished_at": written}
        made |= {"result": chance.choice(RESULTS), "rating": chance.choice((None, 4, 5, 5))}
        return Past(made, _told(made))
    lasted = {"short": 3, "abandoned": 70, "asked": 64}[fate]
    state = CallState.CALLBACK_ASKED if fate == "asked" else CallState.ABANDONED
    ended = queued + timedelta(seconds=lasted)
    made = _row(phone, line_id, begun, state, queued=queued, ended=ended)
    return Past(made, _told(made))


def _with_tickets(staff: list[int], line_id: int, now: datetime) -> Iterator[Past]:
    """The calls of which the demo's latest tickets by phone came."""
    asked = (
        select(Ticket.id, Ticket.received_at, Citizen.phone, Citizen.id)
        .join(Citizen, Citizen.id == Ticket.citizen_id)
        .where(
            Ticket.channel == Channel.PHONE,
            Citizen.phone_index.is_not(None),
            Ticket.received_at < now - timedelta(minutes=5),
        )
        .order_by(Ticket.received_at.desc())
        .limit(WITH_TICKETS)
    )
    for n, (ticket_id, at, phone, citizen_id) in enumerate(db.session.execute(asked)):
        queued, answered = at - timedelta(seconds=150), at - timedelta(seconds=140)
        begun = queued - timedelta(seconds=8)
        made = _row(phone or "", line_id, begun, CallState.ENDED, queued=queued, ended=at)
        made |= {"staff_id": staff[n % len(staff)], "answered_at": answered, "finished_at": at}
        made |= {"result": Result.TICKET, "citizen_id": citizen_id}
        yield Past(made, _told(made), ticket_id)


def _owed(line_id: int, now: datetime) -> Iterator[Past]:
    """Calls that we owe, put off by days: whoever goes ready in the demo isn't rung for them."""
    for n in range(OWED):
        at, until = now - timedelta(minutes=30 + n), now + timedelta(days=3 + n)
        made = _row(
            f"+86{FIRST_PHONE + 950 + n}", line_id, at, CallState.WAITING, queued=at, ended=None
        )
        made |= {"direction": Direction.OUTBOUND, "not_before": until, "rank": RANK_OWED}
        made |= {"purpose": (Purpose.ABANDONED, Purpose.CALLBACK_ASKED)[n % 2]}
        put_off = _event("put_off", at, until=until.isoformat())
        yield Past(made, [_event("owed", at), put_off])


def _row(
    phone: str, line_id: int, begun: datetime, state: CallState, *, queued: datetime,
    ended: datetime | None,
) -> Row:  # fmt: skip
    return {
        "ref": new_ref(),
        "direction": Direction.INBOUND,
        "purpose": None,
        "line_id": line_id,
        "phone": phone,
        "phone_index": crypto.blind_index(phone),
        "citizen_id": None,
        "state": state,
        "created_at": begun,
        "queued_at": queued,
        "not_before": None,
        "rank": RANK_ORDINARY,
        "staff_id": None,
        "answered_at": None,
        "ended_at": ended,
        "finished_at": ended,
        "heard_at": ended or begun,
        "hung_up_by": HungUpBy.CITIZEN if ended else None,
        "result": None,
        "rating": None,
    }


def _told(made: Row) -> list[Row]:
    """The history that such a call leaves."""
    found = [_event("arrived", made["created_at"]), _event("greeted", made["created_at"])]
    found.append(_event("queued", made["queued_at"], rank=0))
    if made["answered_at"] is not None:
        who, at = made["staff_id"], made["answered_at"]
        found += [_event("offered", at - timedelta(seconds=2), operator=who)]
        found += [_event("answered", at, operator=who), _event("hung_up", made["ended_at"])]
        return [*found, _event("finished", made["finished_at"])]
    return [*found, _event(made["state"].value, made["ended_at"])]


def _event(kind: str, at: datetime, **facts: Any) -> Row:
    return {"kind": kind, "at": at, "actor": "system", "facts": facts}


def _write(past: list[Past]) -> None:
    asked = insert(Call).returning(Call.id, sort_by_parameter_order=True)
    ids = list(db.session.scalars(asked, [one.call for one in past]))
    numbered = list(zip(ids, past, strict=True))
    told = [line | {"call_id": call_id} for call_id, one in numbered for line in one.events]
    db.session.execute(insert(table(CallEvent)), told)
    legs = [leg for call_id, one in numbered for leg in _legs(call_id, one.call)]
    db.session.execute(insert(CallLeg), legs)
    linked = [
        {"call_id": call_id, "ticket_id": one.ticket_id, "linked_at": one.call["ended_at"]}
        | {"linked_by": f"staff:{one.call['staff_id']}"}
        for call_id, one in numbered
        if one.ticket_id is not None
    ]
    if linked:
        db.session.execute(insert(table(CallTicket)), linked)


def _legs(call_id: int, call: Row) -> Iterator[Row]:
    """The citizen's end, and the operator's where one answered."""
    ends = [(LegRole.CITIZEN, None)] if call["ended_at"] else []
    ends += [(LegRole.OPERATOR, call["staff_id"])] if call["answered_at"] else []
    for role, who in ends:
        yield {
            "call_id": call_id,
            "ref": new_ref(),
            "role": role,
            "staff_id": who,
            "address": None if who else call["phone"],
            "state": LegState.ENDED,
            "outcome": LegEnd.COMPLETED,
            "created_at": call["answered_at"] if who else call["created_at"],
            "answered_at": call["answered_at"] if who else call["created_at"],
            "ended_at": call["ended_at"],
        }


def _write_day(hall: Hall, until: datetime) -> None:
    for who, free_at in hall.free_at.items():
        if free_at < until:
            hall.spend(who, SeatState.READY, free_at, until)
    if hall.spans:
        db.session.execute(insert(SeatSpan), hall.spans)


def _span(who: int, state: SeatState, since: datetime, until: datetime) -> Row:
    reason = BreakReason.MEAL if state is SeatState.BREAK else None
    return {"staff_id": who, "state": state, "reason": reason, "since": since, "until": until}


def _seats(cast: Cast, now: datetime) -> None:
    """Everybody is off the phone: going ready is the first thing that one tries."""
    off = {"state": SeatState.OFF, "since": now, "device": Device.BROWSER}
    seats = [
        off | {"staff_id": cast[login].staff_id, "skills": SKILLS.get(login, [])}
        for login in OPERATORS
    ]
    db.session.execute(insert(Seat), seats)
