"""Who may follow whom and what may be split, as tables a clerk can read."""

import pytest

from hotline.errors import Refused
from hotline.tickets import merging_rules, splitting_rules
from hotline.tickets.kinds import RequestType, Urgency
from hotline.tickets.merging_rules import Side
from hotline.tickets.splitting_rules import Whole
from hotline.tickets.states import State

A, B, C = "1", "2", "3"
OPEN = Side(A, State.PENDING_DISPATCH)
LEAD = Side(B, State.IN_PROGRESS)

# The ticket that is to follow, the one that is to lead, and what is said (— when it may).
MERGERS: tuple[tuple[Side, Side, str], ...] = (
    (OPEN, LEAD, "—"),
    (Side(A, State.RECEIVED), LEAD, "—"),
    (Side(A, State.PENDING_SIGNATURE), LEAD, "—"),
    (Side(A, State.IN_PROGRESS), LEAD, "—"),
    (OPEN, Side(B, State.RECEIVED), "—"),
    (OPEN, Side(B, State.RETURN_REQUESTED), "—"),
    (OPEN, Side(B, State.IN_REVIEW), "—"),
    (OPEN, Side(B, State.AWAITING_CALLBACK), "—"),
    (OPEN, Side(B, State.IN_PROGRESS, is_suspended=True), "—"),
    (OPEN, OPEN, "bad_lead"),
    (Side(A, State.MERGED, follows=B), LEAD, "follows_already"),
    (Side(A, State.MERGED, follows=C), LEAD, "follows_another"),
    (OPEN, Side(B, State.MERGED, follows=A), "in_a_ring"),
    (OPEN, Side(B, State.MERGED, follows=C), "lead_follows"),
    (OPEN, Side(B, State.CLOSED), "bad_lead"),
    (OPEN, Side(B, State.WITHDRAWN), "bad_lead"),
    (OPEN, Side(B, State.ANSWERED), "bad_lead"),
    (OPEN, Side(B, State.IN_PROGRESS, is_split=True), "lead_is_split"),
    (Side(A, State.IN_PROGRESS, is_split=True), LEAD, "is_split"),
    (Side(A, State.IN_PROGRESS, is_suspended=True), LEAD, "is_suspended"),
    (Side(A, State.RETURN_REQUESTED), LEAD, "return_undecided"),
    (Side(A, State.IN_REVIEW), LEAD, "wrong_state"),
    (Side(A, State.AWAITING_CALLBACK), LEAD, "wrong_state"),
    (Side(A, State.CLOSED), LEAD, "wrong_state"),
    (Side(A, State.WITHDRAWN), LEAD, "wrong_state"),
    (Side(A, State.PENDING_DISPATCH, is_confidential=True), LEAD, "confidential"),
    (OPEN, Side(B, State.IN_PROGRESS, is_confidential=True), "confidential"),
)
WAITS = State.PENDING_DISPATCH
SPLITS: tuple[tuple[Whole, int, str], ...] = (
    (Whole(WAITS), 2, "—"),
    (Whole(WAITS), 9, "—"),
    (Whole(WAITS), 0, "too_few_parts"),
    (Whole(WAITS), 1, "too_few_parts"),
    (Whole(WAITS), 10, "too_many_parts"),
    (Whole(WAITS, is_part=True), 2, "is_part"),
    (Whole(WAITS, has_followers=True), 2, "has_followers"),
    (Whole(State.IN_PROGRESS, is_split=True), 2, "split_already"),
    (Whole(State.CLOSED, is_split=True), 2, "split_already"),
    (Whole(State.RECEIVED), 2, "wrong_state"),
    (Whole(State.IN_PROGRESS), 2, "wrong_state"),
    (Whole(State.CLOSED), 2, "wrong_state"),
    (Whole(State.MERGED), 2, "wrong_state"),
)


def said(what: object) -> str:
    """The code of the refusal, — when there is none."""
    try:
        what()  # type: ignore[operator]
    except Refused as refused:
        assert refused.message % refused.values if refused.values else refused.message
        return refused.code
    return "—"


@pytest.mark.parametrize(("ticket", "lead", "code"), MERGERS)
def test_who_may_follow_whom(ticket: Side, lead: Side, code: str) -> None:
    assert said(lambda: merging_rules.check(ticket, lead)) == code


@pytest.mark.parametrize(("whole", "parts", "code"), SPLITS)
def test_what_may_be_split(whole: Whole, parts: int, code: str) -> None:
    assert said(lambda: splitting_rules.check(whole, parts)) == code


def test_a_refusal_names_the_lead_that_is_meant() -> None:
    with pytest.raises(Refused) as refused:
        merging_rules.check(OPEN, Side(B, State.MERGED, follows=C))
    assert refused.value.values == {"number": B, "lead": C}
    with pytest.raises(Refused) as refused:
        merging_rules.check(Side(A, State.MERGED, follows=C), LEAD)
    assert refused.value.values == {"lead": C}


@pytest.mark.parametrize(
    ("state", "request_type", "urgency", "may"),
    [
        (State.PENDING_DISPATCH, RequestType.HELP, Urgency.NORMAL, True),
        (State.IN_PROGRESS, RequestType.COMPLAINT, Urgency.URGENT, True),
        (State.RETURN_REQUESTED, RequestType.HELP, Urgency.NORMAL, True),
        (State.IN_PROGRESS, RequestType.REPORT, Urgency.NORMAL, False),
        (State.IN_PROGRESS, RequestType.HELP, Urgency.CRITICAL, False),
        (State.IN_REVIEW, RequestType.HELP, Urgency.NORMAL, False),
        (State.CLOSED, RequestType.HELP, Urgency.NORMAL, False),
    ],
)
def test_which_parts_end_with_the_whole(
    state: State, request_type: RequestType, urgency: Urgency, *, may: bool
) -> None:
    assert splitting_rules.may_be_withdrawn(state, request_type, urgency) is may


@pytest.mark.parametrize(
    ("state", "lead", "done"),
    [
        (State.CLOSED, None, True),
        (State.WITHDRAWN, None, True),
        (State.IN_REVIEW, None, False),
        (State.MERGED, State.IN_PROGRESS, False),
        (State.MERGED, State.CLOSED, True),
    ],
)
def test_when_a_part_is_done(state: State, lead: State | None, *, done: bool) -> None:
    assert splitting_rules.is_done(state, lead) is done
