"""Counting assignments: how many each unit has open, and where they are."""

from datetime import datetime

from dispatch.models import Assignment
from dispatch.queries import OPEN, REDO, STAGE
from dispatch.rules import Outcome, Stage
from hotline import counters


def begun(assignment: Assignment, unit_code: str) -> None:
    """Count a new assignment."""
    counters.add([(name, key, 1) for name, key in _keys(assignment, unit_code)])


def moved(assignment: Assignment, before: Stage) -> None:
    """Count the assignment where it is now instead of where it was."""
    code, now = assignment.unit.code, assignment.stage
    counters.add([(STAGE, f"{code}/{before}", -1), (STAGE, f"{code}/{now}", 1)])


def end(assignment: Assignment, outcome: Outcome, *, at: datetime) -> None:
    """The unit is through with it, one way or another."""
    counters.add([(name, key, -1) for name, key in _keys(assignment, assignment.unit.code)])
    assignment.ended_at, assignment.outcome = at, outcome


def _keys(assignment: Assignment, code: str) -> list[tuple[str, str]]:
    keys = [(OPEN, code), (STAGE, f"{code}/{assignment.stage}")]
    return [*keys, (STAGE, f"{code}/{REDO}")] if assignment.round > 1 else keys
