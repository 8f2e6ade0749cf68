"""Several processes and several operators at the same call, with real transactions."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from apiflask import APIFlask
from sqlalchemy import select, text

from hotline import jobs
from hotline.calls import carried, carrying_out, ending, finding, offering, talking
from hotline.calls.carrying_out import Answer, Result
from hotline.calls.carrying_rules import CarryingRules
from hotline.calls.ending import LegReport
from hotline.calls.kinds import LegRole, OrderState
from hotline.calls.models import CallLeg, CarrierOrder
from hotline.calls.seat_models import Seat
from hotline.calls.states import CallState
from hotline.errors import Refused
from hotline.extensions import db
from tests.calls.living import Hall
from tests.committed import committed_app, committing_app, together

__all__ = ["committed_app", "committing_app"]


def test_no_call_is_offered_twice_and_nobody_gets_two(committed_app: APIFlask) -> None:
    hall = Hall()
    people = [hall.operator(f"op{n}") for n in range(8)]
    calls = [hall.caller(f"+86138000000{n:02d}") for n in range(12)]
    db.session.commit()

    def distribute() -> int:
        offered = 0
        for _ in range(6):
            offered += hall.distribute()
            db.session.commit()
        return offered

    together(committed_app, [distribute] * 4)
    db.session.expire_all()
    rung = db.session.scalars(select(CallLeg).where(CallLeg.role == LegRole.OPERATOR)).all()
    assert len(rung) == len(people)
    assert max(Counter(leg.call_id for leg in rung).values()) == 1
    assert max(Counter(leg.staff_id for leg in rung).values()) == 1
    # In turn: the first eight of the twelve.
    assert {leg.call_id for leg in rung} == {call.id for call in calls[:8]}


def test_of_several_who_pick_one_call_one_has_it(committed_app: APIFlask) -> None:
    hall = Hall()
    people = [hall.operator(f"op{n}") for n in range(5)]
    ids = [one.id for one in people]
    ref = hall.caller().ref
    db.session.commit()

    def pick(staff_id: int) -> bool:
        try:
            offering.pick(finding.by_ref(ref), by=staff_id, now=hall.now, ways=hall.ways)
            db.session.commit()
        except Refused:
            db.session.rollback()
            return False
        return True

    won = together(committed_app, [lambda i=i: pick(i) for i in ids])  # type: ignore[misc]
    assert sorted(won) == [False] * 4 + [True]
    db.session.expire_all()
    assert [s.call_id for s in db.session.scalars(select(Seat)) if s.call_id is not None] == [
        finding.by_ref(ref).id
    ]


def test_who_picks_up_just_as_the_caller_hangs_up_is_left_with_nothing_open(
    committed_app: APIFlask,
) -> None:
    for turn in range(6):
        hall = Hall(made=100 * turn)
        hall.operator(f"op{turn}")
        call = hall.caller(f"+8613800000{turn:03d}")
        hall.distribute()
        ref, ringing = call.ref, hall.ringing(call).ref
        caller = finding.all_legs(call)[0].ref
        db.session.commit()

        def picks_up(leg_ref: str = ringing, hall: Hall = hall) -> None:
            found, leg = finding.by_leg(leg_ref)
            talking.answered(found, leg, now=hall.now, ways=hall.ways)
            db.session.commit()

        def hangs_up(leg_ref: str = caller, hall: Hall = hall) -> None:
            found, leg = finding.by_leg(leg_ref)
            ending.leg_changed(found, leg, LegReport("completed"), hall.at)
            db.session.commit()

        def offer_ends(hall: Hall = hall) -> None:
            hall.later(16)
            with suppress(Refused):
                offering.end_offers(now=hall.now, rules=hall.rules)
            db.session.commit()

        works: list[Callable[[], None]] = [picks_up, hangs_up, offer_ends, hangs_up, picks_up]
        together(committed_app, works)
        db.session.expire_all()
        over = finding.by_ref(ref)
        assert over.state in (CallState.ABANDONED, CallState.WRAP_UP)
        assert over.ended_at is not None
        open_ends = finding.open_legs(over)
        asked = select(CarrierOrder.leg_id).where(CarrierOrder.asked == "hang_up")
        assert {one.id for one in open_ends} <= set(db.session.scalars(asked))
        db.session.commit()


def test_an_order_carried_out_waits_for_nobody_who_holds_the_call(
    committed_app: APIFlask,
) -> None:
    hall = Hall()
    hall.operator("op")
    call = hall.caller()
    hall.distribute()
    leg = hall.ringing(call)
    db.session.commit()
    with jobs.transaction():
        [errand] = carrying_out.claim(now=hall.now, most=9, rings=15, rules=CarryingRules())
    finding.by_id(call.id)  # held by this transaction until the end

    def note() -> bool:
        db.session.execute(text("SET lock_timeout = '1s'"))
        return carried.note(errand, Answer(Result.DONE, "CA1"))

    assert together(committed_app, [note]) == [True]
    db.session.rollback()
    order = db.session.scalars(select(CarrierOrder).where(CarrierOrder.leg_id == leg.id)).one()
    assert (leg.provider_id, order.state) == ("CA1", OrderState.DONE)
    assert order.claimed_until is None
