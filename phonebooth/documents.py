"""Gets a leg's next document from the hotline, through the faults, and its fallback.

The carrier takes any error, of the request as of the document, to the fallback address, once;
the smaller platform knows no fallback, reads whatever came, and hangs up over nonsense.
"""

import threading

from phonebooth import voice_webhooks
from phonebooth.legs import Leg, Move
from phonebooth.network import Network
from phonebooth.stage import Stage
from phonebooth.voice_twiml import TwimlError, Verb, parse
from phonebooth.webhooks import Outcome

_LONGEST_WAIT = 150.0
_CODES = {"no_connection": 11200, "no_answer": 11205, "hung_up": 11200, "dropped": 11200}


def fetch(stage: Stage, move: Move) -> tuple[Verb, ...]:
    """The document at `move`; raises TwimlError. The stage's address is set by it."""
    if not move.url:
        return parse("text/xml", move.twiml)
    if not move.url.startswith(("http://", "https://")):
        raise TwimlError(11100, f"Invalid URL format: {move.url[:200]}")
    stage.url = move.url
    stage.leg.documents += 1
    stage.step("request")
    outcome = _ask(stage.network, stage.leg, move)
    if outcome.problem:
        raise TwimlError(_CODES.get(outcome.problem, 11200), f"HTTP: {outcome.problem}")
    if not outcome.is_taken and not stage.is_somleng:
        raise TwimlError(11200, f"HTTP {outcome.status}")
    document = parse(outcome.content_type, outcome.body)
    stage.step("document")
    return document


def fallback(stage: Stage, error: TwimlError) -> Move | None:
    """Where to go after an error; None when there is nowhere."""
    terms, failed = stage.leg.terms, stage.url
    if stage.is_somleng or not terms.fallback_url or stage.leg.steps.get("fallback"):
        return None
    stage.leg.steps["fallback"] = 1
    return Move(url=terms.fallback_url, fields={"ErrorCode": str(error.code), "ErrorUrl": failed})


def _ask(network: Network, leg: Leg, move: Move) -> Outcome:
    """Make the request and wait for its answer, however the faults delay it."""
    with network.lock:
        webhook = voice_webhooks.document(network.settings, leg, move.url, move.fields)
    came = threading.Event()
    outcomes: list[Outcome] = []

    def then(outcome: Outcome) -> None:
        outcomes.append(outcome)
        came.set()

    network.courier.deliver(webhook, then)
    came.wait(_LONGEST_WAIT)
    return outcomes[0] if outcomes else Outcome(problem="no_answer")
