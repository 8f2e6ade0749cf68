"""What the learning reads of tickets: that one was answered from an article."""

from hotline.events import Fact, Reader
from hotline.tickets.states import Verb
from kb.use import noting, queries
from kb.use.kinds import Source, UseKind
from kb.use.noting import Asker


def answered(fact: Fact) -> None:
    """Count the article that a ticket was answered from."""
    number = fact.facts.get("article")
    if not number:
        return
    staff_id = queries.actor_of(fact.subject_id, int(fact.facts["seq"]))
    asker = Asker(Source.CONSOLE, staff_id=staff_id)
    noting.note_use(str(number), UseKind.ANSWERED, asker, at=fact.at, ticket_id=fact.subject_id)


READERS: list[Reader] = [(Verb.ANSWER.value, "kb.answered", answered)]
