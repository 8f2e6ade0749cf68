"""What may come in about a callback; one model for the page and the API."""

from typing import Annotated

from pydantic import AfterValidator, Field

from callbacks.operations import Call
from callbacks.rules import Rating, Result, Solved
from hotline.fields import Form
from hotline.tickets.forms import Words, clean

Satisfied = Annotated[int, Field(ge=1, le=5)]
Reason = Annotated[str, Field(max_length=2000), AfterValidator(clean)]


class CallbackForm(Form):
    """What came of a call; the answers only of who was reached.

    `known` is the outcome that the page showed: an answer that came meanwhile is not overwritten
    unseen. `asked_for`: the citizen named this time, so it may follow right after another call.
    """

    outcome: Result
    responded: bool | None = None
    solved: Solved | None = None
    satisfied: Satisfied | None = None
    reason: Reason | None = None
    known: str | None = Field(None, max_length=20)
    asked_for: bool = False

    def call(self) -> Call:
        """As the operation takes it."""
        rating = Rating(self.responded, self.solved, self.satisfied)
        return Call(self.outcome, rating, self.reason or None, self.asked_for)


class ReportedCallForm(CallbackForm):
    """The same by the API: a system that rings by itself keeps its own times between calls.

    With `asked_for` false it is held to ours, as an agent is.
    """

    asked_for: bool = True


class ForesightForm(Form):
    """The answers chosen so far, as far as they can be read."""

    responded: bool | None = None
    solved: Solved | None = None
    satisfied: Satisfied | None = None


class RateForm(Form):
    """What a citizen chooses on the link's page; one tap is enough."""

    satisfied: Satisfied
    solved: Solved | None = None
    responded: bool | None = None
    words: Reason | None = None

    def rating(self) -> Rating:
        """As the operation takes it."""
        return Rating(self.responded, self.solved, self.satisfied)


class DecisionForm(Form):
    """Whether the dissatisfaction is reasonable, and why."""

    reasonable: bool
    note: Words
