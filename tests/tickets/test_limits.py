"""How long a unit may take, by type and leaf."""

from datetime import UTC, datetime

import pytest

from hotline.tickets.kinds import RequestType as T
from hotline.tickets.limits import TYPE_LIMITS, LeafLimits, Limit, limit_for

NONE = LeafLimits()
OUTAGE = LeafLimits(1, 24)


@pytest.mark.parametrize(
    ("request_type", "leaf", "days", "hours"),
    [
        (T.CONSULTATION, NONE, 3, None),
        (T.CONSULTATION, LeafLimits(2), 2, None),
        (T.CONSULTATION, LeafLimits(10), 3, None),
        (T.CONSULTATION, OUTAGE, 1, 24),
        (T.HELP, NONE, 5, None),
        (T.HELP, LeafLimits(10), 10, None),
        (T.HELP, LeafLimits(2), 2, None),
        (T.HELP, OUTAGE, 1, 24),
        (T.HELP, LeafLimits(None, 24), 5, 24),
        (T.COMPLAINT, NONE, 10, None),
        (T.COMPLAINT, LeafLimits(5), 5, None),
        (T.REPORT, NONE, 15, None),
        (T.REPORT, LeafLimits(10), 10, None),
        (T.SUGGESTION, NONE, 7, None),
        (T.SUGGESTION, LeafLimits(2), 7, None),
        (T.SUGGESTION, OUTAGE, 7, None),
        (T.PRAISE, LeafLimits(10), 3, None),
        (T.OTHER, LeafLimits(10), 1, None),
    ],
)
def test_limit(request_type: T, leaf: LeafLimits, days: int, hours: int | None) -> None:
    assert limit_for(request_type, leaf) == Limit(days, hours)


def test_every_type_has_a_limit() -> None:
    assert set(TYPE_LIMITS) == set(T)


@pytest.mark.parametrize("request_type", list(T))
def test_a_redo_has_its_own_days(request_type: T) -> None:
    assert limit_for(request_type, LeafLimits(15, 24), is_redo=True) == Limit(3)
    assert limit_for(request_type, NONE, is_redo=True, redo_working_days=2) == Limit(2)


def test_the_citys_own_type_limits_are_laid_over() -> None:
    assert limit_for(T.HELP, NONE, type_limits={T.HELP: 4}).working_days == 4
    assert limit_for(T.REPORT, NONE, type_limits={T.HELP: 4}).working_days == 15


def test_upstreams_limit_goes_along() -> None:
    upstream = datetime(2026, 10, 20, 9, 30, tzinfo=UTC)
    for is_redo in (False, True):
        limit = limit_for(T.HELP, NONE, is_redo=is_redo, upstream_due_at=upstream)
        assert limit.upstream_due_at == upstream
