"""The rules of cards as tables, written by hand."""

import pytest

from hotline.tickets.clocks import Clock, Lamp
from hotline.tickets.kinds import Urgency
from supervision import rules
from supervision.rules import Colour, Known, ReminderRules, VoidReason, Whom
from tests.worktime.calendars import at

DUE, MOVED = at("2026-11-19 17:30"), at("2026-11-24 17:30")
SIGN, HANDLE = Clock.SIGN, Clock.HANDLE
GREEN, YELLOW, RED, PURPLE = Lamp
Y, R = Colour.YELLOW, Colour.RED


@pytest.mark.parametrize(
    ("kind", "lamp", "card"),
    [
        (SIGN, GREEN, None),
        (SIGN, YELLOW, Y),
        (SIGN, RED, R),
        (SIGN, PURPLE, R),
        (HANDLE, YELLOW, Y),
        (HANDLE, RED, R),
        (HANDLE, PURPLE, R),
        *((kind, RED, None) for kind in Clock if kind not in (SIGN, HANDLE)),
    ],
)
def test_a_lamp_gives_one_card(kind: Clock, lamp: Lamp, card: Colour | None) -> None:
    assert rules.card_for(kind, lamp, DUE, []) is card


@pytest.mark.parametrize(
    ("known", "lamp", "due_at", "card"),
    [
        # once a colour; a yellow one does not keep the red one back, a red one does the yellow
        (Known(Y, DUE), YELLOW, DUE, None),
        (Known(Y, DUE), RED, DUE, R),
        (Known(R, DUE), PURPLE, DUE, None),
        (Known(R, DUE), YELLOW, MOVED, None),
        # void: again for another deadline, not for the same one
        (Known(R, DUE, VoidReason.CALENDAR), RED, MOVED, R),
        (Known(R, DUE, VoidReason.CALENDAR), RED, DUE, None),
        (Known(Y, DUE, VoidReason.EXTENSION), YELLOW, MOVED, Y),
        (Known(R, DUE, VoidReason.EXTENSION), YELLOW, MOVED, Y),
        # the hotline's error and an upheld return hold whatever comes
        (Known(R, DUE, VoidReason.HOTLINE_ERROR), PURPLE, MOVED, None),
        (Known(R, DUE, VoidReason.UPHELD_RETURN), RED, MOVED, None),
        (Known(Y, DUE, VoidReason.HOTLINE_ERROR), RED, DUE, R),
    ],
)
def test_what_was_issued_before(
    known: Known, lamp: Lamp, due_at: object, card: Colour | None
) -> None:
    assert rules.card_for(HANDLE, lamp, due_at, [known]) is card  # type: ignore[arg-type]


def test_more_time_asked_for_keeps_the_red_card_back_but_not_the_yellow_one() -> None:
    assert rules.card_for(HANDLE, RED, DUE, [], is_extension_asked=True) is None
    assert rules.card_for(HANDLE, YELLOW, DUE, [], is_extension_asked=True) is Y


@pytest.mark.parametrize(
    ("colour", "lamp_then", "is_wrong"),
    [(Y, GREEN, True), (Y, YELLOW, False), (Y, RED, False)]
    + [(R, GREEN, True), (R, YELLOW, True), (R, RED, False), (R, PURPLE, False)],
)
def test_a_card_is_wrong_when_its_lamp_had_not_been_lit(
    colour: Colour, lamp_then: Lamp, *, is_wrong: bool
) -> None:
    assert rules.is_wrong(colour, lamp_then) is is_wrong


@pytest.mark.parametrize("urgency", Urgency)
@pytest.mark.parametrize("colour", Colour)
@pytest.mark.parametrize("kind", [SIGN, HANDLE])
def test_only_an_unsigned_critical_one_at_red_rings(
    kind: Clock, colour: Colour, urgency: Urgency
) -> None:
    wanted = kind is SIGN and colour is R and urgency is Urgency.CRITICAL
    assert rules.rings_duty(kind, colour, urgency) is wanted


ALL = list(Whom)


@pytest.mark.parametrize(
    ("rung", "has_number", "next_one"),
    [
        ([], ALL, Whom.DUTY),
        ([Whom.DUTY], ALL, Whom.DEPUTY),
        ([Whom.DUTY, Whom.DEPUTY], ALL, Whom.UNIT_HEAD),
        (ALL, ALL, Whom.DUTY),
        ([Whom.DUTY], [Whom.DUTY, Whom.UNIT_HEAD], Whom.UNIT_HEAD),
        ([], [Whom.UNIT_HEAD], Whom.UNIT_HEAD),
        ([], [], None),
    ],
)
def test_who_is_rung_next(rung: list[Whom], has_number: list[Whom], next_one: Whom | None) -> None:
    assert rules.next_to_ring(rung, has_number) is next_one


@pytest.mark.parametrize("numbers", [{"unsigned_hours": 0}, {"absent_days": -1}])
def test_reminders_after_no_time_are_refused(numbers: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        ReminderRules(**numbers)
