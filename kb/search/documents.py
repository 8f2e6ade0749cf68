"""What the index holds of an article: fields, how each is cut, and what is kept beside it.

Decided here: the fields and their bounds, and that any change of them is a new SCHEMA_VERSION,
which makes every host build its index anew. Not here: where it lies (`folder`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from tantivy import (
    Document,
    Filter,
    Index,
    Schema,
    SchemaBuilder,
    TextAnalyzer,
    TextAnalyzerBuilder,
    Tokenizer,
)

from kb.search import cutting, readings, spelling
from kb.search.cutting import Cutter

SCHEMA_VERSION: Final = 1
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "title_words": ("given", "freq"),
    "title_chars": ("chars", "freq"),
    "key_words": ("given", "freq"),
    "key_chars": ("chars", "freq"),
    "body_pairs": ("pairs", "freq"),
    "body_signs": ("signs", "basic"),
    "syllables": ("given", "position"),
    "initials": ("given", "position"),
    "marks": ("raw", "basic"),
}
"""Each field of text: how it is cut, and what is kept of where a word stands."""
LONGEST_CARD: Final = 2_000
LONGEST_SPELLED: Final = 400
FOREVER: Final = date.max.toordinal()


@dataclass(frozen=True)
class Entry:
    """An article as it is searched; `stamp` tells one state of it from the next."""

    id: int
    title: str
    body: str
    questions: str = ""
    keys: str = ""
    marks: frozenset[str] = frozenset()
    is_public: bool = False
    valid_from: date | None = None
    valid_until: date | None = None
    published: int = 0
    stamp: int = 0


@dataclass
class Cut:
    """An entry cut into what the index takes; plain values, so that another process can cut."""

    id: int
    texts: dict[str, str]
    numbers: dict[str, int]
    marks: list[str]
    card: str
    is_public: bool = field(default=False)


def schema() -> Schema:
    """The index's fields."""
    made = SchemaBuilder()
    made.add_integer_field("article", indexed=True, fast=True)  # by unsigned none is deleted
    for name in ("starts", "ends", "published", "size", "stamp"):
        made.add_integer_field(name, fast=True)
    made.add_boolean_field("is_public", fast=True)
    made.add_bytes_field("card", stored=True)
    for name, (cutter, kept) in TEXTS.items():
        made.add_text_field(name, tokenizer_name=cutter, index_option=kept)
    return made.build()


def register(index: Index) -> None:
    """Tell an index how its fields are cut; to be done each time it is opened."""
    index.register_tokenizer("given", _analyzer(Tokenizer.whitespace()))
    index.register_tokenizer("signs", _analyzer(Tokenizer.ngram(1, 1)))
    index.register_tokenizer("pairs", _analyzer(Tokenizer.ngram(2, 2)))
    index.register_tokenizer("chars", _analyzer(Tokenizer.ngram(1, 2)))


def cut(entry: Entry, cutter: Cutter) -> Cut:
    """Cut an entry; the slow part of building an index."""
    title = cutting.folded(f"{entry.title}\n{entry.questions}")
    keys, body = cutting.folded(entry.keys), cutting.folded(entry.body)
    heard = cutter.pieces(f"{title}\n{keys}"[:LONGEST_SPELLED])
    syllables, initials = spelling.spelled(heard, readings.of_word)
    texts = {"syllables": syllables, "initials": initials}
    for name, text in (("title", title), ("key", keys)):
        if plain := cutting.spaced(text):
            texts[f"{name}_words"], texts[f"{name}_chars"] = cutter.joined(plain), plain
    if plain := cutting.spaced(body):
        texts["body_pairs"], texts["body_signs"] = plain, "".join(sorted(set(plain)))
    numbers = {
        "starts": entry.valid_from.toordinal() if entry.valid_from else 0,
        "ends": entry.valid_until.toordinal() if entry.valid_until else FOREVER,
        "published": entry.published,
        "size": len(body),
        "stamp": entry.stamp,
    }
    card = f"{title[:LONGEST_CARD]}\x00{keys[:LONGEST_CARD]}"
    return Cut(entry.id, texts, numbers, sorted(entry.marks), card, entry.is_public)


def document(cut_up: Cut) -> Document:
    """The document of a cut entry."""
    made = Document()
    made.add_integer("article", cut_up.id)
    made.add_boolean("is_public", cut_up.is_public)
    made.add_bytes("card", cut_up.card.encode())
    for name, number in cut_up.numbers.items():
        made.add_integer(name, number)
    for mark in cut_up.marks:
        made.add_text("marks", mark)
    for name, text in cut_up.texts.items():
        made.add_text(name, text)
    return made


def _analyzer(tokenizer: Tokenizer) -> TextAnalyzer:
    return TextAnalyzerBuilder(tokenizer).filter(Filter.remove_long(200)).build()
