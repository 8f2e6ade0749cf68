"""Counting assignments: how many each unit has open, and where they are."""

from datetime import datetime

from dispatch.models import Assignment
from dispatch.queries import OPEN, REDO, SENT_BACK, STAGE
from dispatch.rules import Outcome, Stage
from dispatch.second_level_ending import end_below
from hotline import counters


def begun(assignment: Assignment, unit_code: str) -> None:
    """Count a new assignment."""
    counters.add([(name, key, 1) for name, key in _keys(assignment, unit_code)])


def moved(assignment: Assignment, before: Stage) -> None:
    """Count the assignment where it is now instead of where it was."""
    code = assignment.unit.code
    gone = [(STAGE, key, -1) for key in _places(assignment, code, before)]
    come = [(STAGE, key, 1) for key in _places(assignment, code, assignment.stage)]
    counters.add([*gone, *come])


def end(assignment: Assignment, outcome: Outcome, *, at: datetime) -> None:
    """The unit is through with it, one way or another."""
    counters.add([(name, key, -1) for name, key in _keys(assignment, assignment.unit.code)])
    assignment.ended_at, assignment.outcome = at, outcome
    end_below(assignment, at=at)


def _keys(assignment: Assignment, code: str) -> list[tuple[str, str]]:
    keys = [(OPEN, code), *((STAGE, key) for key in _places(assignment, code, assignment.stage))]
    return [*keys, (STAGE, f"{code}/{REDO}")] if assignment.round > 1 else keys


def _places(assignment: Assignment, code: str, stage: Stage) -> list[str]:
    """The stage, and beside it whether the unit works on a reply that was sent back."""
    is_sent_back = stage is Stage.IN_PROGRESS and assignment.sent_back > 0
    return [f"{code}/{stage}", f"{code}/{SENT_BACK}"] if is_sent_back else [f"{code}/{stage}"]
