"""A carrier of calls in memory: does what it is asked, fails as it is told, notes everything."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from hotline.carrier import CAPABILITIES, Capability, Carrier
from hotline.carrier_voice import Leg, LegNow


@dataclass
class Exchange:
    """`faults` are raised one a request; with `does_all_the_same` it is done nevertheless."""

    asked: list[tuple[str, ...]] = field(default_factory=list)
    faults: list[Exception | None] = field(default_factory=list)
    finding_faults: list[Exception] = field(default_factory=list)
    dialled: dict[str, str] = field(default_factory=dict)
    states: dict[str, LegNow | None] = field(default_factory=dict)
    sounds: dict[str, bytes] = field(default_factory=dict)
    does_all_the_same: bool = False
    last: dict[str, Any] = field(default_factory=dict)

    def dial(self, to: str, **given: Any) -> Leg:
        """Take the call, or fail as the next fault says."""
        self.last = given
        made = f"CA-ours-{len(self.dialled)}"
        self._do("dial", to, given["url"].rpartition("/")[2].partition("?")[0], made=made)
        return Leg(made, "queued")

    def redirect(self, provider_id: str, url: str) -> None:
        """Note it."""
        self._do("redirect", provider_id, url.rpartition("/")[2].partition("?")[0])

    def hang_up(self, provider_id: str) -> None:
        """Note it."""
        self._do("hang_up", provider_id)

    def find_leg(self, to: str, *, since: datetime, but_not: Collection[str] = ()) -> Leg | None:
        """The newest to this address."""
        self.asked.append(("find", to))
        if self.finding_faults:
            raise self.finding_faults.pop(0)
        found = [one for one, at in self.dialled.items() if at == to and one not in but_not]
        return Leg(found[-1], "ringing") if found else None

    def look(self, provider_id: str) -> LegNow | None:
        """As the test says; ringing on when it doesn't."""
        self._do("look", provider_id)
        return self.states.get(provider_id, now_in("in-progress"))

    def recording(self, provider_id: str) -> tuple[bytes, str]:
        """The sound that the test put there."""
        self._do("fetch", provider_id)
        return self.sounds[provider_id], "audio/wav"

    def delete_recording(self, provider_id: str) -> None:
        """Forget it."""
        self._do("delete", provider_id)
        self.sounds.pop(provider_id, None)

    def _do(self, *words: str, made: str = "") -> None:
        self.asked.append(words)
        fault = self.faults.pop(0) if self.faults else None
        if made and (fault is None or self.does_all_the_same):
            self.dialled[made] = words[1]
        if fault is not None:
            raise fault


@dataclass(frozen=True)
class Stub:
    """What the calls room sees of a carrier."""

    voice: Exchange
    capabilities: frozenset[Capability] = CAPABILITIES["twilio"]

    def can(self, capability: Capability) -> bool:
        """As the carrier named would."""
        return capability in self.capabilities


def carrier(exchange: Exchange) -> Carrier:
    """The port, with this exchange behind it."""
    return cast(Carrier, Stub(exchange))


def now_in(state: str) -> LegNow:
    """An end in this state."""
    return LegNow(state, None, None, None, None)
