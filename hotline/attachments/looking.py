"""A member of staff looks at a file: may they, and what trace it leaves."""

from hotline import audit, clock, http
from hotline.access import Viewer
from hotline.attachments import parts, queries, serving
from hotline.attachments.models import Attachment
from hotline.tickets import access as ticket_access


def at(viewer: Viewer, number: str, key: str) -> Attachment:
    """The file, if the viewer may have it; on a confidential ticket that is written down.

    Raises NotFound.
    """
    one, is_confidential = _found(viewer, number, key)
    if is_confidential:
        http.write(lambda: _trace(viewer, one))
    return one


def at_small(viewer: Viewer, number: str, key: str) -> Attachment:
    """The file for a thumbnail, which leaves no trace. Raises NotFound on a confidential ticket."""
    one, is_confidential = _found(viewer, number, key)
    if is_confidential:
        raise serving.missing()
    return one


def _found(viewer: Viewer, number: str, key: str) -> tuple[Attachment, bool]:
    ticket = ticket_access.see(viewer, number)
    one = queries.by_key(ticket.id, key)
    if one is None or not parts.may_have(one, viewer, is_confidential=ticket.is_confidential):
        raise serving.missing()
    return one, ticket.is_confidential


def _trace(viewer: Viewer, one: Attachment) -> http.Answer:
    subject = f"ticket:{one.ticket_id}"
    audit.record(viewer.actor, "attachment_read", subject, at=clock.now(), attachment=one.id)
    return http.Answer()
