"""Many calls at once, pushed about at random: none is left hanging, nothing locks up."""

import random
import threading
from collections.abc import Iterator

import pytest

from phonebooth.legs import Leg, Move
from phonebooth.network import Network
from tests.phonebooth.calling import STATUS, VOICE, documents
from tests.phonebooth.running import HOTLINE, Booth, Hotline, running_booth, settings, until

PUSHES = 400
DESK = "+8631288880001"


@pytest.fixture
def quick(hotline: Hotline) -> Iterator[Booth]:
    """What waits for people doesn't wait long either."""
    with running_booth(settings(hotline.url, patience=0.02)) as running:
        yield running


def push(network: Network, leg: Leg, hotline: Hotline, chance: random.Random) -> None:
    """Something happens to the leg, perhaps at the wrong moment."""
    act = chance.randrange(8)
    if act == 0:
        network.hang_up(leg)
    elif act in (1, 2):
        name = chance.choice(["bridge", "room", "ask", "tape", "gone"])
        network.move(leg, Move(url=f"{hotline.url}{VOICE}/{name}"))
    elif act == 3:
        network.press(leg, chance.choice(["1", "#", "12#"]))
    elif act == 4:
        network.speak(leg, "路灯坏了")
    elif act == 5:
        network.stir(leg, is_over=True)
    else:
        network.decide(leg, chance.choice(["answer", "answer", "decline"]))


def test_calls_pushed_about_at_random_all_end(quick: Booth, hotline: Hotline) -> None:
    documents(
        hotline,
        start="<Gather numDigits='1'/><Redirect/>",
        bridge=f"<Dial action='voice/ask'><Number>{DESK}</Number></Dial>",
        room="<Dial record='record-from-start'><Conference>c</Conference></Dial>",
        ask="<Gather><Say>请按键</Say></Gather><Redirect>voice/tape</Redirect>",
        tape="<Record/><Redirect>room</Redirect>",
        gone="<Sa",
    )
    network, chance = quick.exchange.network, random.Random(12345)
    for number in range(12):
        network.incoming(f"+86138033500{number:02}", HOTLINE)
    for _ in range(PUSHES):
        live = [leg for leg in network.newest_first() if leg.is_live]
        if len(live) < 8:
            live.append(network.incoming(f"+8613903350{chance.randrange(1000):03}", HOTLINE))
        push(network, chance.choice(live), hotline, chance)
        network.wait_for(lambda: False, 0.002)
    for leg in network.newest_first():
        network.hang_up(leg)
    until(lambda: not [leg for leg in network.newest_first() if leg.is_live], 20)
    sids = {leg.sid for leg in network.newest_first()}
    until(lambda: not {each.name for each in threading.enumerate()} & sids, 20)
    assert network.rooms == {}
    assert all(row.is_done for row in network.recordings.newest_first())
    callers = [leg.sid for leg in network.newest_first() if leg.terms.status_callback]
    until(lambda: len(hotline.of(STATUS)) == len(callers), 20)
    assert {each.fields["CallSid"] for each in hotline.of(STATUS)} == set(callers)
