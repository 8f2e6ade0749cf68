"""What the matching and the callers are told of the queue, as the database has it."""

from sqlalchemy import update

from hotline.calls import queueing, standing_in_line
from hotline.calls.kinds import Skill
from hotline.calls.models import Call
from hotline.calls.states import CallState
from hotline.extensions import db
from tests.calls.living import Hall, fate


def phone(nth: int) -> str:
    return f"+86138123{nth:05d}"


def test_a_rare_need_is_seen_behind_any_number_of_others(app: object) -> None:
    hall = Hall(made=500, most_waiting=500)
    only_enterprise = [hall.caller(phone(nth)) for nth in range(130)]
    for one in only_enterprise:
        one.skill = Skill.ENTERPRISE
    hall.later(5)
    rare = hall.caller(phone(999))
    rare.skill = Skill.ENGLISH
    hall.operator("anna", "english")
    assert hall.distribute() == 1
    assert fate(rare) is CallState.OFFERED
    assert len(standing_in_line.waiting(hall.now, most=2)) == 2


def test_those_who_came_at_the_same_moment_have_places_of_their_own(app: object) -> None:
    hall = Hall()
    callers = [hall.caller(phone(nth)) for nth in range(3)]
    db.session.execute(update(Call).values(queued_at=hall.now))
    places = [queueing.place(one, now=hall.now, rules=hall.rules).position for one in callers]
    assert places == [1, 2, 3]


def test_whom_somebody_is_ready_for_waits_for_nothing(app: object) -> None:
    hall = Hall()
    first, second = hall.caller(phone(1)), hall.caller(phone(2))
    assert queueing.place(first, now=hall.now, rules=hall.rules).seconds is None
    hall.operator("anna")
    waits = [queueing.place(one, now=hall.now, rules=hall.rules).seconds for one in (first, second)]
    assert waits == [0, 180]
    hall.distribute()
    assert fate(first) is CallState.OFFERED
    assert queueing.place(first, now=hall.now, rules=hall.rules).seconds == 0
    queueing.speak(second, "en", now=hall.now)
    assert queueing.place(second, now=hall.now, rules=hall.rules).seconds is None
