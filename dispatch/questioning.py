"""The unit asks its citizen for what is missing, and the hotline asks where the unit may not.

Decided here: who is written to (nobody in a confidential matter or a report, nobody whom no text
reaches), and that what the hotline passes on to the unit names nobody.
"""

from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from dispatch import queries, steps, wording
from hotline.errors import Invalid
from hotline.fields import Form
from hotline.messages import operations as messages
from hotline.messages import rules as message_rules
from hotline.tickets import questions, states
from hotline.tickets.acting import Acting
from hotline.tickets.desk_models import UnitQuestion
from hotline.tickets.forms import TextForm, some
from hotline.tickets.kinds import RequestType
from hotline.tickets.models import Ticket
from hotline.tickets.operations import advance
from hotline.tickets.states import Verb
from hotline.words import N_

ANSWER_BY_TEXT = timedelta(days=7)
LONGEST = 2000
MOST = 10
REFERENCE = "ask:"
One = Annotated[str, Field(max_length=LONGEST), AfterValidator(some)]


def reference(question_id: int) -> str:
    """How the texts' open question names ours."""
    return f"{REFERENCE}{question_id}"


def _listed(given: Any) -> Any:
    """A text is one question; of none and of too many the error stands at the field itself."""
    asked = [given] if isinstance(given, str) else given
    if isinstance(asked, list) and not 0 < len(asked) <= MOST:
        raise ValueError(N_("Ask one to ten questions; put what belongs together into one."))
    return asked


class AskForm(Form):
    """All questions in one go: a text, or one by one."""

    questions: Annotated[
        list[One],
        Field(max_length=MOST),
        BeforeValidator(_listed, json_schema_input_type=list[One] | One),
    ]

    def text(self) -> str:
        """The questions as the citizen reads them. Raises Invalid when they are too long."""
        if len(self.questions) == 1:
            return self.questions[0]
        joined = "\n".join(f"{n}. {one}" for n, one in enumerate(self.questions, 1))
        if len(joined) > LONGEST:
            raise Invalid(
                "too_long", "Ask more briefly: 2,000 characters in all.", field="questions"
            )
        return joined


def ask(ticket: Ticket, data: AskForm, how: Acting) -> None:
    """Ask the citizen, by text where that may be. Raises what `questions.ask` does."""
    mine = steps.own(ticket, Verb.ASK, how)
    words = wording.words_of(ticket)
    phone = next((one for one in words.phones if message_rules.may_be_texted(one)), None)
    is_private = ticket.is_confidential or ticket.request_type is RequestType.REPORT
    is_by_hotline = is_private or phone is None or words.contact_wish == wording.NO_CONTACT
    made = questions.ask(
        ticket,
        mine.unit_id,
        data.text(),
        since=mine.dispatched_at,
        is_by_hotline=is_by_hotline,
        by=how.by,
        now=how.now,
    )
    if phone is not None and not is_by_hotline:
        _open_for_texts(ticket, made, phone, how.now)


def answer(ticket: Ticket, data: TextForm, how: Acting) -> None:
    """The hotline asked the citizen and writes the answer for the unit.

    Raises WrongState; Invalid without an open question, and for words that name the person.
    """
    states.move(ticket.state, Verb.SUPPLEMENT)
    known = questions.open_of(ticket.id)
    if known is None:
        raise Invalid(
            "nothing_asked",
            "No question of the unit is open: add what the citizen says as a supplement.",
            field="text",
        )
    if ticket.is_confidential:
        wording.refuse_names("text", data.text, wording.words_of(ticket))
    facts = {"via": "staff"} | questions.end(known, ticket.last_seq + 1, how.now)
    facts["is_for_unit"] = True
    advance(ticket, Verb.SUPPLEMENT, by=how.by, now=how.now, facts=facts, words=data.text)
    messages.close_question(reference(known.id), now=how.now)


def may_ask(ticket_id: int) -> bool:
    """Whether the unit that has it may ask: no question of its own is open."""
    known, held = questions.open_of(ticket_id), queries.active(ticket_id)
    if held is None:
        return False
    is_own = known is not None and known.unit_id == held.unit_id
    return not (is_own and known is not None and known.asked_at >= held.dispatched_at)


def _open_for_texts(ticket: Ticket, made: UnitQuestion, phone: str, now: datetime) -> None:
    messages.ask(phone, ticket.id, reference(made.id), now=now, expires_at=now + ANSWER_BY_TEXT)
