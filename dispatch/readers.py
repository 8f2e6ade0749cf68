"""What dispatch does when a ticket ends elsewhere: the unit is through with it."""

from dispatch import queries, returning, tally
from dispatch.rules import Outcome
from hotline.events import Fact, Reader
from hotline.tickets.operations import lock_by_id
from hotline.tickets.states import Verb

ENDS = {
    Verb.CLOSE.value: Outcome.CLOSED,
    Verb.WITHDRAW.value: Outcome.WITHDRAWN,
    Verb.MERGE.value: Outcome.MERGED,
}


def end_assignment(fact: Fact) -> None:
    """End the open assignment, unless the ticket was given to a unit again since."""
    lock_by_id(fact.subject_id)
    assignment = queries.active(fact.subject_id)
    if assignment is not None and assignment.seq < fact.facts["seq"]:
        tally.end(assignment, ENDS[fact.kind], at=fact.at)
        returning.lapse(fact.subject_id, at=fact.at)


READERS: list[Reader] = [(kind, "dispatch.end_assignment", end_assignment) for kind in ENDS]
