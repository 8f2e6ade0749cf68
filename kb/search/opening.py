"""The index of this host as a process holds it open; what is broken is not held.

Decided here: when it is read anew (the pointer or the generation's own list of files changed),
and that files which became shorter or were written over are never read again: they are mapped
into memory, and reading where nothing is left would end the process. Files that were taken away
stay readable. Whoever gets None asks the database instead.
"""

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog
from tantivy import Index, Schema, Searcher

from kb.search import documents, folder, lexicon
from kb.search.cutting import Cutter
from kb.search.lexicon import Lexicon

META: Final = "meta.json"
AGAIN_AFTER_SECONDS: Final = 1.0

State = tuple[int, int, int]
log = structlog.get_logger(__name__)


class Broken(Exception):
    """What lies there is no index that can be read."""


@dataclass(frozen=True)
class Opened:
    """An open index: ask `searcher`, cut questions with `cutter`."""

    searcher: Searcher
    schema: Schema
    cutter: Cutter
    lexicon: Lexicon
    syllables: frozenset[str]


@dataclass
class Shelf:
    """What one process holds of the index at one place."""

    place: Path
    index: Index | None = None
    opened: Opened | None = None
    pointer: State | None = None
    meta: State | None = None
    generation: Path | None = None
    files: dict[str, State] = field(default_factory=dict)
    failed_at: float = -1e9
    failed_on: State | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def current(self) -> Opened | None:
        """The index as it is now; None when there is none that can be read."""
        try:
            if not self._is_same():
                with self.lock:
                    if not self._is_same():
                        self._renew()
            return self.opened if self._is_whole() else None
        except (OSError, Broken):
            return None

    def is_complete(self) -> bool:
        """Whether every file that is held still has its name; asked by who has taken none away."""
        generation = self.generation
        return generation is not None and all((generation / name).exists() for name in self.files)

    def spoil(self, reason: str) -> None:
        """Something went wrong while it was asked: open it anew the next time."""
        log.warning("kb_index.broken", reason=reason[:300])
        with self.lock:
            self._forget()

    def _is_same(self) -> bool:
        if self.opened is None or self.generation is None:
            return False
        if self.pointer != _state(self.place / folder.CURRENT):
            return False
        return self.meta == _state(self.generation / META)

    def _renew(self) -> None:
        found = _found(self.place / folder.CURRENT)
        is_known = found == self.failed_on
        if is_known and time.monotonic() - self.failed_at < AGAIN_AFTER_SECONDS:
            raise Broken
        try:
            self._open()
        except BaseException as error:  # the library panics on what it can't read
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            self._forget()
            self.failed_at, self.failed_on = time.monotonic(), found
            log.warning("kb_index.not_opened", reason=repr(error)[:300])
            raise Broken(str(error)) from error

    def _open(self) -> None:
        at = _state(self.place / folder.CURRENT)
        known = folder.pointer(self.place)
        if known is None or known.schema != documents.SCHEMA_VERSION:
            raise Broken("no index of this schema")
        generation = self.place / known.folder
        meta = _state(generation / META)
        if self.index is None or self.opened is None or self.generation != generation:
            self.index, words = opened(generation), lexicon.read(generation)[0]
            cutter = self._cutter(words)
        else:
            self.index.reload()
            words, cutter = self.opened.lexicon, self.opened.cutter
        files = dict(_files(generation))
        syllables = frozenset(words.signs.values())
        searcher = self.index.searcher()
        self.opened = Opened(searcher, self.index.schema, cutter, words, syllables)
        self.generation, self.pointer, self.meta, self.files = generation, at, meta, files

    def _cutter(self, words: Lexicon) -> Cutter:
        """The cutter for these words; making one takes a third of a second."""
        if self.opened is not None and self.opened.lexicon.terms == words.terms:
            return self.opened.cutter
        return words.cutter()

    def _is_whole(self) -> bool:
        """Whether no file that is mapped was cut short or written over."""
        if self.generation is None:
            return False
        for name, before in self.files.items():
            try:
                now = _state(self.generation / name)
            except FileNotFoundError:
                continue
            if now != before:
                self.spoil(f"{name} was changed")
                return False
        return True

    def _forget(self) -> None:
        self.index = self.opened = self.pointer = self.meta = self.generation = None
        self.files = {}


def opened(generation: Path) -> Index:
    """Open a generation's index. Raises whatever the library raises, panics included."""
    index = Index.open(str(generation))
    documents.register(index)
    index.config_reader("manual")
    index.reload()
    return index


def _files(generation: Path) -> Iterator[tuple[str, State]]:
    """What never changes once it is written: the segments."""
    for one in os.scandir(generation):
        if one.name.endswith((".lock", ".json", ".tmp")) or one.name.startswith("."):
            continue
        yield one.name, _state(generation / one.name)


def _found(path: Path) -> State | None:
    """The file as it lies there; None when there is none."""
    try:
        return _state(path)
    except OSError:
        return None


def _state(path: Path) -> State:
    known = os.stat(path)
    return known.st_ino, known.st_size, known.st_mtime_ns
