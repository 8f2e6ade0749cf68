"""The text that asks for a rating, with digits and a link.

Decided here: how long the question stands, and that a digit is asked for only while the number
has no other question open; else the text holds the link alone. What an answer means is decided
in `operations`; when a text may go, in `hotline.messages`.
"""

import secrets
from datetime import datetime, timedelta

from flask import current_app

from callbacks.models import Plan
from callbacks.terms import Terms
from hotline import crypto, settings
from hotline.messages import operations as messages
from hotline.messages import queries, rules, texts
from hotline.messages.operations import Outgoing
from hotline.messages.queries import Story
from hotline.messages.rules import MessageRules

KIND = "rate_request"
LINK_ALONE = "rate_link"
TOKEN_BYTES = 12


def reference(plan_id: int) -> str:
    """How a question by text names its plan."""
    return f"plan:{plan_id}"


def plan_id_of(reference_: str) -> int | None:
    """The plan that a question names; None for another room's question."""
    kind, _, number = reference_.partition(":")
    return int(number) if kind == "plan" and number.isdigit() else None


def send(plan: Plan, story: Story, terms: Terms) -> bool:
    """Ask by text from when it may go until the link ends; False when no text reaches them."""
    if story.phone is None or story.is_history or not rules.may_be_texted(story.phone):
        return False
    limits, now = settings.read(MessageRules), terms.now
    goes_at = rules.next_allowed(now, terms.zone, limits)
    expires_at = goes_at + timedelta(hours=terms.numbers.link_hours)
    asks = reference(plan.id)
    question = messages.ask(story.phone, plan.ticket_id, asks, now=now, expires_at=expires_at)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    text = Outgoing(
        kind=KIND,
        phone=story.phone,
        values={"number": story.number, "link": _address(token)},
        ticket_id=plan.ticket_id,
        citizen_id=story.citizen_id,
        event_key=f"plan:{plan.id}/asked/{plan.calls}",
        locale=texts.locale_for(story.body),
        template=KIND if question is not None else LINK_ALONE,
    )
    if messages.queue_text(text, now=now, zone=terms.zone, limits=limits) is None:
        take_back(plan, now=now)
        return False
    plan.token_digest = crypto.token_digest(token)
    plan.asked_at, plan.expires_at = now, expires_at
    return True


def take_back(plan: Plan, *, now: datetime) -> None:
    """The plan no longer asks by text: neither digit nor link is taken."""
    messages.close_question(reference(plan.id), now=now)
    plan.token_digest = plan.asked_at = plan.expires_at = None


def story_of(number: str) -> Story:
    """Who is asked, and how they wish to be reached. Raises LookupError for no ticket."""
    found = queries.story_of(number)
    if found is None:
        raise LookupError(f"no ticket {number}")
    return found


def _address(token: str) -> str:
    base: str = current_app.config["PUBLIC_BASE_URL"]
    return f"{base.rstrip('/')}/rate/{token}"
