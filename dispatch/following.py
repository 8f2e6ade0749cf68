"""What becomes of the tickets that follow another, and of parts and their whole.

Decided here: which event of a lead does what to its followers (an answer is passed on, its end
ends them, an end without a result leaves them to a new lead), and which event of a part may close
the whole. What each of it is stands in `hotline.tickets.merging` and `.splitting`.
"""

from hotline.errors import Refused
from hotline.events import Fact, Reader
from hotline.extensions import db
from hotline.tickets import beside, merging, splitting
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.operations import lock_by_id
from hotline.tickets.states import FINAL, State, Verb

ANSWERS = (Verb.ACCEPT.value, Verb.ANSWER.value)
ENDS = (Verb.ANSWER.value, Verb.CLOSE.value, Verb.TRANSFER.value)
GOES = (Verb.WITHDRAW.value, Verb.REFUSE.value, Verb.FILE.value)
LEADS = tuple(dict.fromkeys((*ANSWERS, *ENDS, *GOES)))
PART_ENDS = (Verb.CLOSE.value, Verb.WITHDRAW.value)


def tell_followers(fact: Fact) -> None:
    """Pass the lead's answer on, end with it, or name a new lead; nothing for who leads none."""
    followers = merging.followers_of(fact.subject_id)
    if not followers:
        return
    lead = db.session.get(Ticket, fact.subject_id, populate_existing=True)
    if lead is None or lead.state is State.MERGED:
        return
    if fact.kind in ANSWERS:
        seq = int(fact.facts.get("reply_seq", fact.facts["seq"]))
        words = tickets.words_of(lead.id, seq)
        for one in followers:
            merging.pass_on_answer(one, lead, words, now=fact.at)
    if fact.kind in ENDS and lead.state in FINAL:
        for one in followers:
            merging.end_with(one, lead, now=fact.at)
    if fact.kind in GOES and lead.state in FINAL:
        merging.name_new_lead(lead, followers, fact.at, tickets.rulebook())


def close_whole(fact: Fact) -> None:
    """Close the whole when this was its last part."""
    parent_id = splitting.parent_id_of(fact.subject_id)
    if parent_id is not None:
        splitting.finish(lock_by_id(parent_id), now=fact.at)


def withdraw_parts(fact: Fact) -> None:
    """The whole was taken back, and with it what of its parts may be."""
    if splitting.is_split(fact.subject_id):
        words = tickets.words_of(fact.subject_id, int(fact.facts["seq"]))
        splitting.withdraw_parts(lock_by_id(fact.subject_id), words, now=fact.at)


def pass_on(fact: Fact) -> None:
    """What the citizen adds to the whole, and that it is urged, the parts' units hear too."""
    if not splitting.is_split(fact.subject_id):
        return
    parent = lock_by_id(fact.subject_id)
    if fact.kind == Verb.SUPPLEMENT.value:
        words = tickets.words_of(parent.id, int(fact.facts["seq"]))
        if words:
            splitting.pass_on(parent, words, by=splitting.CITIZEN, now=fact.at)
        return
    for part in splitting.open_parts(parent.id):
        try:
            beside.urge(part, by=splitting.CITIZEN, now=fact.at)
        except Refused:
            continue


READERS: list[Reader] = [
    *((kind, "dispatch.followers", tell_followers) for kind in LEADS),
    *((kind, "dispatch.close_whole", close_whole) for kind in PART_ENDS),
    (Verb.WITHDRAW.value, "dispatch.withdraw_parts", withdraw_parts),
    *((one.value, "dispatch.pass_on", pass_on) for one in (Verb.SUPPLEMENT, Verb.URGE)),
]
