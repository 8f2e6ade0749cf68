"""The carrier gets no document of ours: the caller hears an apology, and is called back."""

import pytest
from apiflask import APIFlask

from hotline.calls import spool_jobs
from phonebooth.behaviours import Answers
from phonebooth.faults import Direction, Fault, Kind
from tests.scenarios.exchange import running
from tests.scenarios.fates import Fate, fates
from tests.scenarios.owed_calls import owed_to, talk
from tests.scenarios.people import Citizen
from tests.scenarios.playing import settle

CALLED_BACK = Fate(
    "ended", "missed", answered=True, by="operator", result="answered", kept=("call",)
)


@pytest.mark.parametrize("kind", [Kind.DROP, Kind.TIME_OUT])
def test_who_could_not_be_answered_is_called_back(
    committed_app: APIFlask, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    with running(committed_app, "twilio", monkeypatch) as exchange:
        citizen = Citizen.of(exchange)
        struck = Fault(direction=Direction.VOICE, kind=kind, phone=citizen.number)
        exchange.booth.exchange.board.switch_on(struck)
        citizen.dials("0").hears("非常抱歉").hears("call you back").is_let_go()
        with exchange.app.app_context():
            spool_jobs.replay_calls()
        talk(citizen.behaves(Answers.ITSELF), owed_to(citizen))
        settle(exchange)
        assert fates(exchange, citizen)[1:] == [CALLED_BACK]
        assert fates(exchange, citizen)[0].state == "abandoned"
