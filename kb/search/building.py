"""Making a generation of the index, and bringing one up to date.

Decided here: that a generation is made aside and answers only once it is whole, and how the work
is spread. Not here: where entries come from (`entries`) and when this is done (`indexer`).
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tantivy import Index, IndexWriter

from kb.search import documents, folder, lexicon
from kb.search.cutting import Cutter
from kb.search.documents import Entry
from kb.search.lexicon import Lexicon

BUILD_MEMORY: Final = 100_000_000
UPDATE_MEMORY: Final = 15_000_000


def build(place: Path, entries: Iterable[Entry], words: Lexicon, house: str) -> Path:
    """Make a new generation of all entries and let it answer."""
    generation = folder.begin(place)
    try:
        index = Index(documents.schema(), str(generation), reuse=False)
        documents.register(index)
        writer = index.writer(BUILD_MEMORY, 1)
        cutter = words.cutter()
        for entry in entries:
            writer.add_document(documents.document(documents.cut(entry, cutter)))
        writer.commit()
        writer.wait_merging_threads()
        lexicon.write(generation, words, house)
        folder.switch(place, generation, documents.SCHEMA_VERSION)
    except BaseException:
        folder.drop(generation)
        raise
    return generation


def update(index: Index, cutter: Cutter, changed: Iterable[Entry], gone: Iterable[int]) -> None:
    """Bring a generation up to date: changed entries replace what was there of them."""
    writer: IndexWriter = index.writer(UPDATE_MEMORY, 1)
    for key in gone:
        writer.delete_documents_by_term("article", key)
    for entry in changed:
        writer.delete_documents_by_term("article", entry.id)
        writer.add_document(documents.document(documents.cut(entry, cutter)))
    writer.commit()
    writer.wait_merging_threads()
