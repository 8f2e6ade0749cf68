"""The hotline's answer to a text: which messages it asks the carrier to send.

Only `<Message>` so far. As with the carrier, a plain text answer is itself a reply, and an
answer that isn't well-formed sends nothing.
"""

import logging
from dataclasses import dataclass
from xml.etree import ElementTree

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One message to send; `to` empty means whoever wrote."""

    body: str
    to: str = ""
    status_callback: str = ""


def replies(content_type: str, answer: str) -> list[Reply]:
    """The messages asked for, in order."""
    if not answer.strip():
        return []
    if content_type.partition(";")[0].strip().lower() == "text/plain":
        return [Reply(body=answer.strip())]
    root = _parse(answer)
    if root is None or root.tag != "Response":
        _log.warning("The hotline's answer is not TwiML (12100).")
        return []
    return [reply for verb in root if (reply := _reply(verb)) is not None]


def _parse(answer: str) -> ElementTree.Element | None:
    # TwiML has no document type; without one no entity can be declared, so none can explode.
    if "<!DOCTYPE" in answer.upper():
        return None
    try:
        return ElementTree.fromstring(answer)  # noqa: S314
    except ElementTree.ParseError:
        return None


def _reply(verb: ElementTree.Element) -> Reply | None:
    if verb.tag != "Message":
        _log.warning("The phonebooth doesn't know the verb <%s> in an answer to a text.", verb.tag)
        return None
    parts = [part.text or "" for part in verb.iter("Body")] or [verb.text or ""]
    body = "".join(parts).strip()
    if not body:
        return None
    return Reply(
        body=body,
        to=verb.get("to", ""),
        status_callback=verb.get("action") or verb.get("statusCallback") or "",
    )
