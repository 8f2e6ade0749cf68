"""What a hotline in use has beside its tickets: duty turns, stand-ins, kept filters, notes.

Decided here: for whom; each is entered as the people of that desk would. Citizens are found by
the story that they told.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from demo.people import HEAD_APPROVES, Cast
from dispatch.second_level_rules import ApprovalRules
from hotline import settings
from hotline.access import Role
from hotline.citizens import marking
from hotline.citizens.rules import Flag
from hotline.people import operations as staff
from hotline.people import queries as people
from hotline.people import units
from hotline.people.units import Turn
from hotline.tickets import filters
from hotline.tickets.models import Ticket
from hotline.worktime import Calendar

ON_DUTY = ("C01", "C02", "C03", "C04", "C08", "D14", "D15", "D16", "E01", "E05", "E06", "E09")
FIRST_PHONE = 19903360000
WEEK = timedelta(days=7)
STAND_INS = (("d15", "D14"), ("c03", "C01"))
"""Who stands in at which unit for two weeks."""

FILTERS = (
    ("d14", "unit", "快到期的", "tab=in_progress&lamp=yellow"),
    ("d14", "unit", "海港区在办", "tab=in_progress&district=C01"),
    ("dispatcher1", "dispatch", "紧急件", "urgency=urgent"),
    ("dispatcher1", "dispatch", "海港区电话", "district=C01&channel=phone"),
)
NOTES = (
    ("blocked-sewer-3", "独居老人，腿脚不便，上门前请先打电话。", Flag.ELDERLY),
    ("cold-home-3", "白天上班，18:30 以后方便接电话。", None),
    ("dark-street-3", "听力较弱，请放慢语速，必要时发短信。", Flag.HEARING),
    ("unpaid-2", "同一事项多次来电，请先查看在办工单再答复。", Flag.REPEATED),
)


def rules(cast: Cast, now: datetime) -> None:
    """What the city set otherwise than it comes: here some heads approve each reply."""
    by = cast["admin"].actor
    settings.change(ApprovalRules, "head_approves_in", list(HEAD_APPROVES), by=by, now=now)


def seed(cast: Cast, made: Mapping[str, Ticket], now: datetime, calendar: Calendar) -> str:
    """Enter all of it; answers a line."""
    today = now.astimezone(calendar.zone).date()
    _duties(cast["admin"].actor, today, now)
    _stand_ins(cast, today, now, calendar)
    for login, page, name, query in FILTERS:
        filters.save(cast[login], page, name, query, now=now)
    _notes(cast["operator1"].actor, made, now)
    return f"{2 * len(ON_DUTY)} turns of duty"


def _duties(by: str, today: date, now: datetime) -> None:
    monday = today - timedelta(days=today.weekday())
    heads = {one.code: one.name for one in people.units()}
    for n, code in enumerate(ON_DUTY):
        for week in (0, 1):
            since, phone = monday + week * WEEK, FIRST_PHONE + 10 * n + week
            until, name = since + WEEK - timedelta(days=1), f"{heads[code][:3]}值班员"
            turn = Turn(since, until, name, str(phone), "值班领导", str(phone + 5))
            units.add_duty(code, turn, by=by, now=now)


def _stand_ins(cast: Cast, today: date, now: datetime, calendar: Calendar) -> None:
    """A handler of another unit for a handler on leave, until a day comes."""
    known = {one.code: one for one in people.units()}
    end = datetime.combine(today + 2 * WEEK, time(), calendar.zone)
    for login, code in STAND_INS:
        staff.grant(
            cast[login].staff_id,
            Role.HANDLER,
            known[code],
            since=now,
            until=end,
            by=cast["admin"].actor,
            now=now,
        )


def _notes(by: str, made: Mapping[str, Ticket], now: datetime) -> None:
    for story, words, flag in NOTES:
        citizen_id = made[story].citizen_id
        if citizen_id is None:
            continue
        marking.note(citizen_id, words, by=by, now=now)
        if flag is not None:
            marking.flag(citizen_id, flag, by=by, now=now)
