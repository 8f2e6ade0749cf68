"""The index on disk: up to date within a turn, made anew aside, healed when it was harmed."""

import errno
import os
import random
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import delete

from hotline.extensions import db
from kb import operations
from kb.models import Article, Revision
from kb.search import documents, entries, finding, folder, indexer
from kb.search.finding import IndexAway
from tests.factories import NOW
from tests.kb.articles import draft, editor, published, submitted
from tests.kb.indexing import TODAY, Held, held, numbers


@pytest.fixture
def index(app: APIFlask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    monkeypatch.setitem(app.extensions, finding.SHELF, None)
    yield held(app, tmp_path / "kb-index")


def found(question: str = "供热报停") -> list[int]:
    """What the index itself answers; raises IndexAway while there is none."""
    return [one.article_id for one in finding.find(question, limit=10, today=TODAY)]


def test_a_missing_index_is_made_and_then_answers(index: Held) -> None:
    article = published()
    with pytest.raises(IndexAway):
        found()
    assert numbers("供热报停") == [article.number]
    assert index.turn() == indexer.EVERY_SECONDS
    assert found() == [article.id]
    assert numbers("供热报停") == [article.number]


def test_what_is_published_is_found_after_one_turn(index: Held) -> None:
    index.turn()
    assert found() == []
    generation = index.generation
    article = published()
    index.turn()
    assert found() == [article.id]
    assert index.generation == generation


def test_changed_words_and_retired_articles_follow(index: Held) -> None:
    author, other = editor(), editor("editor2")
    article = operations.publish(submitted(author).number, by=other.id, now=NOW)
    db.session.commit()
    index.turn()
    later = NOW + timedelta(seconds=5)
    article.title, article.body, article.updated_at = "图书馆几点开门", "每天九点。", later
    db.session.commit()
    index.turn()
    assert found("供热报停") == []
    assert found("图书馆开门") == [article.id]
    operations.retire(article.number, by=other.id, now=later + timedelta(seconds=5))
    db.session.commit()
    index.turn()
    assert found("图书馆开门") == []


def test_drafts_are_not_in_it(index: Held) -> None:
    author = editor()
    draft(author)
    submitted(author)
    index.turn()
    assert found() == []


def test_a_stale_index_never_shows_what_it_must_not(index: Held) -> None:
    first, second = published(is_public=True), published(is_public=True)
    index.turn()
    first.is_public = False
    db.session.commit()
    assert numbers("供热报停", public_only=True) == [second.number]
    operations.retire(second.number, by=editor().id, now=NOW)
    db.session.commit()
    assert numbers("供热报停") == [first.number]


def test_rows_that_came_late_or_went_are_noticed_when_compared(index: Held) -> None:
    young, gone = published(), published(title="供热报停去哪里")
    index.turn()
    late = published(now=NOW - timedelta(hours=3))
    db.session.execute(delete(Revision).where(Revision.article_id == gone.id))
    db.session.execute(delete(Article).where(Article.id == gone.id))
    db.session.commit()
    index.turn()
    index.writer._compared_at = -1e9
    index.turn()
    assert set(found()) == {young.id, late.id}


def test_a_restarted_indexer_goes_on_with_what_is_there(
    index: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = published()
    index.turn()
    generation = index.generation
    second = published()
    again = held(index.app, index.place)
    again.turn()
    assert again.generation == generation
    assert set(found()) == {first.id, second.id}


def test_a_rebuild_is_seen_whole_or_not_at_all(index: Held) -> None:
    article = published()
    index.turn()
    before = index.generation
    opened = index.reader.current()
    assert opened is not None
    folder.ask_to_rebuild(index.place)
    index.turn()
    assert index.generation != before
    assert found() == [article.id]
    wanted = finding.Wanted(TODAY, 5)
    assert [one.article_id for one in finding.best(opened, "供热报停", wanted)] == [article.id]


def harmed(generation: Path) -> list[Path]:
    """The files of a generation in which hits are kept."""
    return [one for one in sorted(generation.iterdir()) if len(one.stem) == 32]


@pytest.mark.parametrize("seed", range(8))
def test_files_cut_short_at_random_are_noticed_before_they_are_read(index: Held, seed: int) -> None:
    article = published()
    index.turn()
    assert found() == [article.id]
    chance = random.Random(seed)
    for file in harmed(index.generation)[seed % 3 :: 2]:
        os.truncate(file, chance.randrange(file.stat().st_size))
    assert numbers("供热报停") == [article.number]
    with pytest.raises(IndexAway):
        found()
    index.turn()
    index.reader.failed_at = -1e9
    assert found() == [article.id]


def test_bytes_written_over_are_noticed_by_their_sum(index: Held) -> None:
    article = published()
    index.turn()
    for file in harmed(index.generation):
        content = bytearray(file.read_bytes())
        content[len(content) // 3] ^= 255
        file.write_bytes(content)
    again = held(index.app, index.place)
    assert numbers("供热报停") == [article.number]
    before = index.generation
    again.turn()
    again.reader.failed_at = -1e9
    assert again.generation != before
    assert found() == [article.id]


@pytest.mark.parametrize("gone", ["", "current", "meta.json", "lexicon.json", ".managed.json"])
def test_what_was_deleted_is_made_anew(index: Held, gone: str) -> None:
    article = published()
    index.turn()
    if gone in ("", "current"):
        shutil.rmtree(index.place) if not gone else (index.place / gone).unlink()
    else:
        (index.generation / gone).unlink()
    assert numbers("供热报停") == [article.number]
    index.writer._compared_at = -1e9
    index.turn()
    index.reader.failed_at = -1e9
    assert found() == [article.id]


@pytest.mark.parametrize(
    "words", ["", "{}", "[1]", '{"schema": 1, "folder": "../x", "made_at": 1}']
)
def test_a_pointer_that_makes_no_sense_is_none(index: Held, words: str) -> None:
    article = published()
    index.turn()
    (index.place / folder.CURRENT).write_text(words, encoding="utf-8")
    assert numbers("供热报停") == [article.number]
    index.turn()
    index.reader.failed_at = -1e9
    assert found() == [article.id]


def test_an_index_of_another_schema_is_made_anew(
    index: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = published()
    index.turn()
    before = index.generation
    monkeypatch.setattr(documents, "SCHEMA_VERSION", documents.SCHEMA_VERSION + 1)
    again = held(index.app, index.place)
    with pytest.raises(IndexAway):
        found()
    again.turn()
    index.reader.failed_at = -1e9
    assert again.generation != before
    again.reader.failed_at = -1e9
    assert found() == [article.id]


def test_a_full_disk_leaves_what_was_there(index: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    article = published()
    index.turn()
    before = index.generation

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    second = published()
    with monkeypatch.context() as patch:
        patch.setattr(documents, "document", full)
        assert index.turn() > indexer.EVERY_SECONDS
        folder.ask_to_rebuild(index.place)
        assert index.turn() > indexer.BROKEN_SECONDS
        assert index.generation == before
        assert found() == [article.id]
    index.turn()
    assert set(found()) == {article.id, second.id}


def test_new_words_of_the_house_make_it_anew(index: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    published()
    index.turn()
    before = index.generation
    monkeypatch.setattr(entries, "house", lambda: ["秦皇岛市新设立的局"])
    index.turn()
    assert index.generation == before
    index.writer._compared_at = -1e9
    index.turn()
    assert index.generation != before


def test_one_process_of_a_host_writes(tmp_path: Path) -> None:
    with folder.hold(tmp_path) as first, folder.hold(tmp_path) as second:
        assert (first, second) == (True, False)
    with folder.hold(tmp_path) as later:
        assert later
