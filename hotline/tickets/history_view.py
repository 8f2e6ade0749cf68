"""Which of a ticket's events, and which of their words, a viewer and the citizen get to see."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from hotline.access import Viewer
from hotline.tickets.queries import Happening
from hotline.tickets.states import Verb
from hotline.tickets.view import TicketView

HOTLINE_ONLY = frozenset({Verb.NOTE.value})
OF_ONE_UNIT = frozenset(
    {
        Verb.CARD.value,
        Verb.VOID_CARD.value,
        Verb.SUPERVISE.value,
        Verb.ANSWER_ORDER.value,
        Verb.INSIST.value,
        Verb.ACCEPT_ORDER.value,
    }
)
"""What is between the hotline and one unit: another that has the ticket too does not see it."""
UNIT_WORDS = frozenset(
    {
        Verb.PROGRESS.value,
        Verb.ASK.value,
        Verb.CONTACT.value,
        Verb.REPLY.value,
        Verb.SEND_BACK.value,
        Verb.ASK_RETURN.value,
        Verb.UPHOLD_RETURN.value,
        Verb.REFUSE_RETURN.value,
        Verb.ASK_EXTENSION.value,
        Verb.GRANT_EXTENSION.value,
        Verb.REFUSE_EXTENSION.value,
        Verb.ASK_SUSPENSION.value,
        Verb.GRANT_SUSPENSION.value,
        Verb.REFUSE_SUSPENSION.value,
        Verb.DISPATCH.value,
        Verb.NAME_HANDLER.value,
        Verb.ADD_ASSIST.value,
        Verb.ASSIST_REPLY.value,
        Verb.END_ASSIST.value,
        Verb.HAND_DOWN.value,
        Verb.SUB_RETURN.value,
        Verb.SUB_REPLY.value,
        Verb.TAKE_BACK.value,
        Verb.SUBMIT_REPLY.value,
        Verb.DECLINE_REPLY.value,
        *OF_ONE_UNIT,
    }
)
"""Words that a unit may read even on a confidential ticket: its own, and those meant for it."""
HOTLINE_FACTS = frozenset({"perhaps", "files", "parts", "part_of"})
"""Facts for the hotline alone: the citizen's other tickets, which would tell a unit who it is,
and digests of files, by which one that a unit may not see could be recognised."""

PRIVATE_FACTS = frozenset({"their_number"})
"""Facts that no unit reads on a confidential ticket: by the service's number for the matter it
could ask there who rang."""

CITIZEN_KINDS = frozenset(
    {
        Verb.RECEIVE.value,
        Verb.SORT.value,
        Verb.ANSWER.value,
        Verb.REFUSE.value,
        Verb.FILE.value,
        Verb.TRANSFER.value,
        Verb.CALL_SERVICE.value,
        Verb.SERVICE_ACCEPTS.value,
        Verb.OBJECT.value,
        Verb.KEEP_REFUSAL.value,
        Verb.ASK.value,
        Verb.MERGE.value,
        Verb.UNMERGE.value,
        Verb.LEAD_ANSWERED.value,
        Verb.SPLIT.value,
        Verb.PARTS_DONE.value,
        Verb.WITHDRAW.value,
        Verb.DISPATCH.value,
        Verb.SIGN.value,
        Verb.PROGRESS.value,
        Verb.GRANT_EXTENSION.value,
        Verb.GRANT_SUSPENSION.value,
        Verb.RESUME.value,
        Verb.REPLY.value,
        Verb.ACCEPT.value,
        Verb.REDO.value,
        Verb.CLOSE.value,
        Verb.REOPEN.value,
        Verb.SUPPLEMENT.value,
        Verb.URGE.value,
    }
)
CITIZEN_WORDS = frozenset(
    {
        Verb.ANSWER.value,
        Verb.REFUSE.value,
        Verb.LEAD_ANSWERED.value,
        Verb.PROGRESS.value,
        Verb.SUPPLEMENT.value,
        Verb.WITHDRAW.value,
        Verb.OBJECT.value,
        Verb.KEEP_REFUSAL.value,
        Verb.ASK.value,
    }
)


def shown_to(viewer: Viewer, ticket: TicketView, events: Iterable[Happening]) -> list[Happening]:
    """The events as this member of staff may see them."""
    if viewer.is_hotline:
        return list(events)
    hidden = PRIVATE_FACTS if ticket.is_confidential else frozenset()
    return [
        replace(
            one,
            facts=_without(hidden, _facts_for(viewer, one)),
            words=one.words if not ticket.is_confidential or is_for_unit(one) else None,
        )
        for one in events
        if one.kind not in HOTLINE_ONLY and not _is_of_another(viewer, one)
    ]


def _is_of_another(viewer: Viewer, event: Happening) -> bool:
    if event.kind == Verb.MOVE_DEADLINE.value:
        return not _own_deadlines(viewer, event)
    return event.kind in OF_ONE_UNIT and event.facts.get("unit_id") not in viewer.unit_ids


def _facts_for(viewer: Viewer, event: Happening) -> dict[str, Any]:
    facts = _without(HOTLINE_FACTS, event.facts)
    if event.kind == Verb.MOVE_DEADLINE.value:
        facts["deadlines"] = _own_deadlines(viewer, event)
    if "followed" in facts:
        facts["followed"] = _own_deadlines(viewer, event, "followed")
    return facts


def _without(names: frozenset[str], facts: dict[str, Any]) -> dict[str, Any]:
    return {name: fact for name, fact in facts.items() if name not in names}


def _own_deadlines(
    viewer: Viewer, event: Happening, name: str = "deadlines"
) -> list[dict[str, Any]]:
    """Of the deadlines that moved, those of the viewer's own units."""
    moved = event.facts.get(name, [])
    return [one for one in moved if one.get("unit_id") in viewer.unit_ids]


def is_for_unit(event: Happening) -> bool:
    """Whether the words were written by the unit, or for it to read."""
    return event.kind in UNIT_WORDS or bool(event.facts.get("is_for_unit"))


def shown_to_citizen(events: Iterable[Happening]) -> list[Happening]:
    """The events a citizen sees with number and code: no staff names, no inner words."""
    return [
        replace(
            one,
            actor="",
            actor_name=None,
            facts={},
            words=one.words if one.kind in CITIZEN_WORDS else None,
        )
        for one in events
        if one.kind in CITIZEN_KINDS
    ]
