"""The process that keeps the index of its host: behind by a second at most, whole at all times.

Decided here: when the index is brought up to date (something changed), made anew (it is missing,
broken, of another schema, cut with other words of the house, or somebody asked), and what is
done when that fails: the old generation goes on answering, and it is tried again, each time a
little later. One writes at a time; a second indexer on the same host waits for the lock.
"""

import signal
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Final

import structlog
from flask import Flask
from sqlalchemy.exc import DBAPIError
from tantivy import Query

from hotline import clock, processes
from hotline.extensions import db
from kb.search import building, checking, entries, folder, lexicon, opening
from kb.search.documents import Entry
from kb.search.opening import Opened, Shelf

EVERY_SECONDS: Final = 1.0
BROKEN_SECONDS: Final = 2.0
LONGEST_WAIT_SECONDS: Final = 60.0
OVERLAP: Final = timedelta(seconds=60)
COMPARED_EVERY_SECONDS: Final = 60.0
AT_ONCE: Final = 500
MANY: Final = 3_000

log = structlog.get_logger(__name__)


def run(app: Flask) -> None:
    """Keep the index until SIGTERM or SIGINT."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    place = folder.root(Path(app.extensions["config"].var_dir))
    with processes.heartbeat(app, "kb_index"):
        while not stop.is_set():
            with folder.hold(place) as is_ours:
                indexer = Indexer(app, place)
                while is_ours and not stop.is_set() and folder.is_lock_there(place):
                    stop.wait(indexer.turn())
            stop.wait(EVERY_SECONDS)


class Indexer:
    """Holds what the index knows, and does one turn after the other."""

    def __init__(self, app: Flask, place: Path) -> None:
        self._app, self._shelf = app, Shelf(place)
        self._generation: Path | None = None
        self._known: dict[int, int] = {}
        self._since = entries.moment(0)
        self._compared_at = -1e9
        self._failures = 0

    def turn(self) -> float:
        """Do what there is to do; answers how long to wait."""
        try:
            with self._app.app_context():
                self._keep()
        except DBAPIError:
            log.warning("kb_index.database_away", exc_info=True)
            return BROKEN_SECONDS
        except BaseException as error:  # the library panics where others raise
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            log.exception("kb_index.failed")
            self._generation = None
            self._failures += 1
            return float(min(LONGEST_WAIT_SECONDS, BROKEN_SECONDS * 2**self._failures))
        self._failures = 0
        return EVERY_SECONDS

    def rebuild(self) -> int:
        """Make a new generation of all that is published; answers how many articles it has."""
        place = self._shelf.place
        folder.sweep(place)
        house = entries.house()
        words = lexicon.made(lexicon.terms([*house, *entries.spoken()]))
        known: dict[int, int] = {}
        with closing(entries.every()) as found:
            made = building.build(place, _noted(found, known), words, lexicon.digest(house))
        db.session.rollback()
        folder.sweep(place)
        self._generation, self._known, self._since = made, known, _since(known)
        self._compared_at = monotonic()
        log.info("kb_index.rebuilt", articles=len(known), generation=made.name)
        return len(known)

    def _keep(self) -> None:
        opened = self._shelf.current()
        is_asked = folder.take_request(self._shelf.place)
        if is_asked or opened is None or not self._is_ours(opened) or self._failures > 1:
            self.rebuild()
            return
        found = entries.changed(self._since)
        if monotonic() - self._compared_at >= COMPARED_EVERY_SECONDS:
            self._compared_at = monotonic()
            if not self._is_still_right():
                self.rebuild()
                return
            found = self._differing()
        db.session.rollback()
        differing = [key for key, stamp in found.items() if self._known.get(key) != stamp]
        if len(differing) > MANY:
            self.rebuild()
        else:
            self._bring_in(differing)

    def _is_ours(self, opened: Opened) -> bool:
        """Whether what lies there is what we made or checked, and unharmed."""
        generation = self._shelf.generation
        if generation is None or not self._shelf.is_complete():
            return False
        if generation == self._generation:
            return True
        if not checking.is_sound(generation):
            return False
        self._generation, self._known = generation, _stamps(opened)
        self._since = _since(self._known)
        self._compared_at = -1e9
        return True

    def _is_still_right(self) -> bool:
        generation = self._generation
        if generation is None or not checking.is_sound(generation):
            return False
        return lexicon.read(generation)[1] == lexicon.digest(entries.house())

    def _differing(self) -> dict[int, int | None]:
        now = entries.states()
        gone: dict[int, int | None] = dict.fromkeys(self._known.keys() - now.keys())
        return gone | now

    def _bring_in(self, differing: list[int]) -> None:
        """Write what differs from what is known, some hundred articles at a time."""
        for at in range(0, len(differing), AT_ONCE):
            batch = differing[at : at + AT_ONCE]
            fresh = entries.entries(batch)
            db.session.rollback()
            gone = [key for key in batch if key in self._known]
            opened = self._shelf.current()
            if opened is None or self._generation is None:
                return
            building.update(opening.opened(self._generation), opened.cutter, fresh, gone)
            for key in batch:
                self._known.pop(key, None)
            self._known |= {one.id: one.stamp for one in fresh}
            log.info("kb_index.updated", articles=len(fresh), gone=len(batch) - len(fresh))
        self._since = _since(self._known)


def _since(known: Mapping[int, int]) -> datetime:
    """From when on changes are asked for: a little before the newest that is known."""
    newest = entries.moment(max(known.values(), default=0))
    return min(newest, clock.now()) - OVERLAP


def _noted(found: Iterable[Entry], known: dict[int, int]) -> Iterator[Entry]:
    for one in found:
        known[one.id] = one.stamp
        yield one


def newest(opened: Opened) -> int:
    """The stamp of the newest state of an article that an index holds."""
    return max(_stamps(opened).values(), default=0)


def _stamps(opened: Opened) -> dict[int, int]:
    """What an index holds: articles and their stamps."""
    many = max(1, opened.searcher.num_docs)
    hits = opened.searcher.search(Query.all_query(), many, count=False).hits
    at = [address for _, address in hits]
    keys = opened.searcher.fast_field_values("article", at)
    stamps = opened.searcher.fast_field_values("stamp", at)
    return {int(key or 0): int(stamp or 0) for key, stamp in zip(keys, stamps, strict=True)}
