"""What the tokenizer writes, PostgreSQL takes; what was indexed, PostgreSQL finds."""

import random
from collections.abc import Iterable

from apiflask import APIFlask
from sqlalchemy import text

from hotline import tokens
from hotline.extensions import db

MATCHES = text("SELECT to_tsvector('simple', :index) @@ to_tsquery('simple', :query)")
ALPHABET = "秦皇岛市公积金提取供热报停Aa1e5２.-_@/:'\\&|!()<>* \x00éßİſΣς٣½①ﷺ😀कㄅ한\ud800"


def found(index: str, queries: Iterable[str]) -> list[bool]:
    """Which of the queries find the index."""
    return [bool(db.session.scalar(MATCHES, {"index": index, "query": query})) for query in queries]


def test_every_word_of_a_text_is_found_again(app: APIFlask) -> None:
    draw = random.Random(12345)
    for _ in range(150):
        sample = "".join(draw.choices(ALPHABET, k=draw.randint(1, 40)))
        words = tokens.words(sample)
        queries = {tokens.for_query(word) for word in words} | {tokens.any_of(words)} - {""}
        assert all(found(tokens.for_index(sample), queries)), sample


def test_letters_of_every_script_are_found_again(app: APIFlask) -> None:
    letters = "".join(map(chr, range(0x80, 0x3000, 7)))
    words = tokens.words(" ".join(letters))
    assert all(found(tokens.for_index(" ".join(words)), {tokens.for_query(w) for w in words[:200]}))


def test_the_largest_text_fits(app: APIFlask) -> None:
    index = tokens.for_index("".join(f"{n:x}词{n}" + "長" * 70 for n in range(100_000)))
    assert db.session.scalar(text("SELECT length(to_tsvector('simple', :i))"), {"i": index}) > 100


def test_all_words_and_any_word(app: APIFlask) -> None:
    index = tokens.for_index("供热报停要带身份证")
    queries = [
        tokens.for_query("供热身份证"),
        tokens.for_query("供热户口簿"),
        tokens.any_of(["户口簿", "供热"]),
    ]
    assert found(index, queries) == [True, False, True]
