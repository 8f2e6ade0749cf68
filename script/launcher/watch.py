"""Watching the children: one that dies is started again, each time after a longer wait.

A dead child's descendants are killed first: a web worker that outlived its master would hold
the port. Stopping goes by name in a fixed order, so that nothing under way loses its stores.
"""

import time
from dataclasses import dataclass

from script.launcher import processes
from script.launcher.console import say
from script.launcher.leftovers import Ledger
from script.launcher.processes import Program
from script.launcher.programs import STOP_ORDER, shown
from script.launcher.stores import Running

FIRST_WAIT = 0.5  # seconds; doubled with each death in a row
LONGEST_WAIT = 30.0
STEADY_AFTER = 60.0  # seconds alive after which earlier deaths are forgotten


@dataclass
class Watched:
    """A child under watch; times on the monotonic clock, in seconds."""

    running: Running
    started_at: float
    deaths: int = 0
    due_at: float | None = None  # when it is to be started again; None while it runs

    @property
    def name(self) -> str:
        """The program's name."""
        return self.running.program.name


class Watch:
    """All children of one launch."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.children: dict[str, Watched] = {}

    def adopt(self, running: Running) -> None:
        """Watch a child that was started already."""
        self.children[running.program.name] = Watched(running, time.monotonic())

    def start(self, program: Program) -> None:
        """Start a child and watch it."""
        processes.rotate(program.log)
        self.adopt(self._start(program))

    def look(self) -> None:
        """Notice who died, and start again who is due."""
        now = time.monotonic()
        for watched in self.children.values():
            if watched.due_at is None:
                self._notice(watched, now)
            elif now >= watched.due_at:
                watched.running = self._start(watched.running.program)
                watched.started_at, watched.due_at = now, None

    def deaths(self) -> dict[str, int]:
        """How often each child died in a row."""
        return {watched.name: watched.deaths for watched in self.children.values()}

    def stop(self) -> None:
        """Stop all of them in order, and whatever they left, until nothing runs any more."""
        for watched in sorted(self.children.values(), key=lambda w: STOP_ORDER.index(w.name)):
            if not watched.running.stop():
                say(f"{watched.name} did not stop in time and was killed.")
        processes.kill(processes.marked(self.ledger.mark))
        self.children.clear()

    def _start(self, program: Program) -> Running:
        child = processes.start(program)
        self.ledger.record(program.name, child.pid)
        return Running(program, child)

    def _notice(self, watched: Watched, now: float) -> None:
        status = watched.running.child.poll()
        if status is None:
            return
        processes.kill_group(watched.running.child.pid)
        if now - watched.started_at >= STEADY_AFTER:
            watched.deaths = 0
        wait = min(FIRST_WAIT * 2**watched.deaths, LONGEST_WAIT)
        watched.deaths += 1
        watched.due_at = now + wait
        how = f"signal {-status}" if status < 0 else f"exit status {status}"
        log = shown(watched.running.program.log)
        say(f"{watched.name} ended ({how}); starting it again in {wait:g} s. See {log}")
