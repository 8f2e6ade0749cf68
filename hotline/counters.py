"""Counts that are read all the time and never counted: a base and the deltas since.

Operations add rows, a job folds them into the base, a reader adds both up. Each counter has
a truth, a query by which the proof compares it.
"""

from collections.abc import Callable, Iterable, Mapping

from flask import g
from sqlalchemy import BigInteger, Index, Select, String, func, select, text, union_all
from sqlalchemy.orm import Mapped, mapped_column

from hotline.columns import Key
from hotline.extensions import Base, db, write_beside


class Counter(Base):
    """The folded value."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class CounterDelta(Base):
    """A change not yet folded in."""

    __tablename__ = "counter_deltas"
    __table_args__ = (Index("ix_counter_deltas_name", "name", "key"),)

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(60))
    delta: Mapped[int]


INSERT = text("""
INSERT INTO counter_deltas (name, key, delta)
SELECT name, key, delta
FROM unnest(CAST(:names AS text[]), CAST(:keys AS text[]), CAST(:deltas AS integer[]))
    AS new (name, key, delta)
""")
"""Any number of changes in one statement."""

Truth = Callable[[], Mapping[str, int]]


def add(changes: Iterable[tuple[str, str, int]]) -> None:
    """Write changes (name, key, ±n) in one statement; those that cancel out are left away."""
    sums: dict[tuple[str, str], int] = {}
    for name, key, delta in changes:
        sums[name, key] = sums.get((name, key), 0) + delta
    rows = [(name, key, delta) for (name, key), delta in sorted(sums.items()) if delta]
    if rows:
        names, keys, deltas = (list(column) for column in zip(*rows, strict=True))
        write_beside(INSERT, {"names": names, "keys": keys, "deltas": deltas})


def read(name: str, *, under: Select[str] | None = None) -> dict[str, int]:
    """All keys of one counter with their values, folded or not; zeros are left away.

    `under` finds the first parts of the keys wanted: of `D14/to_sign` that is `D14`.
    """
    both = union_all(
        select(Counter.key, Counter.value).where(Counter.name == name),
        select(CounterDelta.key, CounterDelta.delta).where(CounterDelta.name == name),
    ).subquery()
    wanted = select(both.c.key, func.sum(both.c.value)).group_by(both.c.key)
    if under is not None:
        wanted = wanted.where(func.split_part(both.c.key, "/", 1).in_(under))
    return {key: int(total) for key, total in db.session.execute(wanted) if total}


def shown(name: str) -> dict[str, int]:
    """As `read`, for pages: at most once a request, however many places show it."""
    kept: dict[str, dict[str, int]] = g.setdefault("counters", {})
    if name not in kept:
        kept[name] = read(name)
    return kept[name]


def shown_together(*names: str) -> list[dict[str, int]]:
    """Several counters as `shown`, in one statement where none of them was read yet."""
    kept: dict[str, dict[str, int]] = g.setdefault("counters", {})
    missing = [name for name in names if name not in kept]
    if missing:
        both = union_all(
            select(Counter.name, Counter.key, Counter.value).where(Counter.name.in_(missing)),
            select(CounterDelta.name, CounterDelta.key, CounterDelta.delta).where(
                CounterDelta.name.in_(missing)
            ),
        ).subquery()
        summed = select(both.c.name, both.c.key, func.sum(both.c.value))
        kept |= {name: {} for name in missing}
        for name, key, total in db.session.execute(summed.group_by(both.c.name, both.c.key)):
            if total:
                kept[name][key] = int(total)
    return [kept[name] for name in names]


def fold() -> int:
    """Move all deltas into the base, in key order; answers how many rows were folded."""
    folded = db.session.execute(
        text(
            """
            WITH taken AS (DELETE FROM counter_deltas RETURNING name, key, delta),
            summed AS (
                SELECT name, key, sum(delta) AS total FROM taken GROUP BY name, key ORDER BY 1, 2
            ),
            stored AS (
                INSERT INTO counters (name, key, value) SELECT name, key, total FROM summed
                ON CONFLICT (name, key) DO UPDATE SET value = counters.value + excluded.value
                RETURNING 1
            )
            SELECT count(*) FROM taken
            """
        )
    )
    return int(folded.scalar_one())


def prove(truths: Mapping[str, Truth]) -> list[str]:
    """Compare every counter with its truth; answers one sentence a difference."""
    wrong = []
    for name, truth in truths.items():
        counted, true = read(name), {key: value for key, value in truth().items() if value}
        wrong += [
            f"{name}[{key}] is {counted.get(key, 0)}, true is {true.get(key, 0)}"
            for key in sorted(counted.keys() | true.keys())
            if counted.get(key, 0) != true.get(key, 0)
        ]
    return wrong
