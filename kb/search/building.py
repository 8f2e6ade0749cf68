"""Making a generation of the index, and bringing one up to date.

Decided here: that a generation is made aside and answers only once it is whole, and how the work
is spread. Not here: where entries come from (`entries`) and when this is done (`indexer`).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from tantivy import Index, IndexWriter

from kb.search import documents, folder, lexicon
from kb.search.cutting import Cutter
from kb.search.documents import Entry
from kb.search.lexicon import Lexicon

BUILD_MEMORY: Final = 120_000_000
BUILD_THREADS: Final = 2
UPDATE_MEMORY: Final = 15_000_000


def build(place: Path, entries: Iterable[Entry], words: Lexicon, house: str) -> Path:
    """Make a new generation of all entries and let it answer."""
    generation = folder.begin(place)
    try:
        index = Index(documents.schema(), str(generation), reuse=False)
        documents.register(index)
        cutter = words.cutter()
        with _writing(index, BUILD_MEMORY, BUILD_THREADS) as writer:
            for entry in entries:
                writer.add_document(documents.document(documents.cut(entry, cutter)))
        lexicon.write(generation, words, house)
        folder.switch(place, generation, documents.SCHEMA_VERSION)
    except BaseException:
        folder.drop(generation)
        raise
    return generation


def update(index: Index, cutter: Cutter, changed: Iterable[Entry], gone: Iterable[int]) -> None:
    """Bring a generation up to date: changed entries replace what was there of them."""
    with _writing(index, UPDATE_MEMORY, 1) as writer:
        for key in gone:
            writer.delete_documents_by_term("article", key)
        for entry in changed:
            writer.delete_documents_by_term("article", entry.id)
            writer.add_document(documents.document(documents.cut(entry, cutter)))


@contextmanager
def _writing(index: Index, memory: int, threads: int) -> Iterator[IndexWriter]:
    """A writer whose work is committed whole or not at all, and whose lock ends with it."""
    writer = index.writer(memory, threads)
    try:
        yield writer
        writer.commit()
    except BaseException:
        with suppress(ValueError):
            writer.rollback()
        raise
    finally:
        with suppress(ValueError):
            writer.wait_merging_threads()
