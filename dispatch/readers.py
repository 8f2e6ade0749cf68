"""What dispatch does when a ticket ends elsewhere: the unit is through with it."""

from dispatch import joint, queries, returning, suspending, tally
from dispatch.rules import Outcome
from dispatch.time_rules import EndedBecause, SuspensionReason
from hotline.events import Fact, Reader
from hotline.tickets import queries as tickets
from hotline.tickets.kinds import Urgency
from hotline.tickets.operations import lock_by_id
from hotline.tickets.states import FINAL, Verb

SYSTEM = "system"
ENDS = {
    Verb.CLOSE.value: Outcome.CLOSED,
    Verb.WITHDRAW.value: Outcome.WITHDRAWN,
    Verb.MERGE.value: Outcome.MERGED,
}


def end_assignment(fact: Fact) -> None:
    """End the open assignment, unless the ticket was given to a unit again since."""
    ticket = lock_by_id(fact.subject_id)
    assignment = queries.active(fact.subject_id)
    if assignment is not None and assignment.seq < fact.facts["seq"]:
        tally.end(assignment, ENDS[fact.kind], at=fact.at)
        joint.end_all(ticket, ENDS[fact.kind], at=fact.at, keeps=True)
        returning.lapse(fact.subject_id, at=fact.at)
        suspending.over(ticket, at=fact.at)


def go_on(fact: Fact) -> None:
    """The citizen whom a suspension waits for has come, or the matter became critical."""
    ticket = lock_by_id(fact.subject_id)
    found = suspending.in_force(ticket.id) if ticket.state not in FINAL else None
    if found is None or found.began_at is None or found.began_at > fact.at:
        return
    is_citizen = fact.kind == Verb.SUPPLEMENT.value
    if is_citizen and found.reason is not SuspensionReason.WAITING_FOR_CITIZEN:
        return
    if not is_citizen and ticket.urgency is not Urgency.CRITICAL:
        return
    because = EndedBecause.CITIZEN if is_citizen else EndedBecause.CRITICAL
    suspending.resume(ticket, because, by=SYSTEM, now=fact.at, book=tickets.rulebook())


READERS: list[Reader] = [
    *((kind, "dispatch.end_assignment", end_assignment) for kind in ENDS),
    (Verb.SUPPLEMENT.value, "dispatch.go_on", go_on),
    (Verb.CHANGE.value, "dispatch.go_on", go_on),
]
