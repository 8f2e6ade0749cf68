"""What a killed start left running, and how it is told from other people's processes.

Every child is written down with pid, start time and command line; a pid alone proves nothing,
it may long belong to somebody else. Grandchildren whose parent is gone are found by the mark
in their environment.
"""

import json
import signal
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from script.launcher import processes

CLOCK_TOLERANCE = 2.0  # seconds; the boot time that psutil adds may be corrected meanwhile
PATIENCE = {"postgres": 60.0, "redis": 10.0}  # seconds until SIGKILL, stopped in reverse order
USUAL_PATIENCE = 10.0
COMMAND_SECONDS = 1.0  # a program that was executed just now shows no command line for a moment


@dataclass(frozen=True)
class Trace:
    """How one child looked when it was started; started_at in seconds since 1970."""

    name: str
    pid: int
    started_at: float
    command: list[str]


class Ledger:
    """The written list of one launch's children, kept up to date for the next start."""

    def __init__(self, var_dir: Path, mark: str) -> None:
        self.path = _path(var_dir)
        self.mark = mark
        self.traces: dict[str, Trace] = {}

    def record(self, name: str, pid: int) -> None:
        """Write down a child that was just started."""
        trace = look(name, pid)
        deadline = time.monotonic() + COMMAND_SECONDS
        while trace is not None and not trace.command and time.monotonic() < deadline:
            time.sleep(0.005)
            trace = look(name, pid)
        if trace is not None:
            self.traces[name] = trace
            self._write()

    def close(self) -> None:
        """Everything was stopped: the next start has nothing to look for."""
        self.path.unlink(missing_ok=True)

    def _write(self) -> None:
        content = {"mark": self.mark, "children": [asdict(t) for t in self.traces.values()]}
        unfinished = self.path.with_suffix(".new")
        unfinished.write_text(json.dumps(content, indent=1), encoding="utf-8")
        unfinished.replace(self.path)


def look(name: str, pid: int) -> Trace | None:
    """The trace of a running process; None when it is gone."""
    try:
        process = psutil.Process(pid)
        return Trace(name, pid, process.create_time(), process.cmdline())
    except psutil.Error:
        return None


def is_same(trace: Trace, seen: Trace | None) -> bool:
    """Whether the process seen now under this pid is the one that was written down."""
    if seen is None or seen.pid != trace.pid or seen.command != trace.command:
        return False
    return abs(seen.started_at - trace.started_at) <= CLOCK_TOLERANCE


def stop(var_dir: Path) -> list[str]:
    """Stop what an earlier start with this VAR_DIR left running; the names of what was found."""
    mark, traces = _read(_path(var_dir))
    alive = [trace for trace in traces if is_same(trace, look(trace.name, trace.pid))]
    stores = [trace for trace in alive if trace.name in PATIENCE]
    _end([trace for trace in alive if trace not in stores])
    if mark:
        processes.kill(_without(processes.marked(mark), stores))
    for trace in sorted(stores, key=lambda trace: PATIENCE[trace.name]):
        _end([trace])
    _path(var_dir).unlink(missing_ok=True)
    return [trace.name for trace in alive]


def _end(traces: Sequence[Trace]) -> None:
    """Ask all of them to stop, wait, and kill them with their descendants."""
    family: list[psutil.Process] = []
    parents: list[psutil.Process] = []
    for trace in traces:
        try:
            parent = psutil.Process(trace.pid)
            family += processes.descendants(trace.pid)
            parent.send_signal(signal.SIGINT if trace.name == "postgres" else signal.SIGTERM)
            parents.append(parent)
        except psutil.Error:
            continue
    patience = max((PATIENCE.get(trace.name, USUAL_PATIENCE) for trace in traces), default=0.0)
    processes.wait(parents, patience)
    processes.kill(parents + family)


def _without(found: list[psutil.Process], traces: Sequence[Trace]) -> list[psutil.Process]:
    """Leave out the stores and their descendants: they are stopped last, and gently."""
    spared = {trace.pid for trace in traces}
    for trace in traces:
        spared |= {process.pid for process in processes.descendants(trace.pid)}
    return [process for process in found if process.pid not in spared]


def _path(var_dir: Path) -> Path:
    return var_dir / "run" / "started.json"


def _read(path: Path) -> tuple[str, list[Trace]]:
    """The mark and the children of the last start; nothing where it ended properly."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return content["mark"], [Trace(**child) for child in content["children"]]
    except (OSError, ValueError, TypeError, KeyError):
        return "", []
