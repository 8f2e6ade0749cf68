"""Articles that were there before revisions get one, and lose nothing on the way back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from apiflask import APIFlask
from sqlalchemy import text

from hotline.extensions import db
from kb.wording import from_json
from tests import committed

BEFORE, AFTER = "0025", "0026"
UNIT = "INSERT INTO units (code, name, kind) VALUES ('D14', '市生态环境局', 'department')"
CATEGORY = "INSERT INTO categories (code, name, is_leaf) VALUES ('T01', '试验', false)"
STAFF = "INSERT INTO staff (username, name, password_hash) VALUES ('a', '甲', ''), ('b', '乙', '')"
ARTICLES = """
    INSERT INTO kb_articles (kind, state, title, body, tokens, version, updated_at, published_at,
                             author_id, publisher_id, unit_id, category_code, valid_from)
    SELECT 'qa', state, state, '正文', '', version, now(), published_at, author.id, publisher.id,
           units.id, 'T01', '2026-01-02'
    FROM (VALUES ('published', 3, now()), ('retired', 2, now()),
                 ('draft', 1, NULL), ('submitted', 1, NULL)) AS a (state, version, published_at)
    CROSS JOIN units
    LEFT JOIN staff author ON author.username = 'a' AND state <> 'retired'
    LEFT JOIN staff publisher ON publisher.username = 'b' AND state = 'published'
"""


@pytest.fixture
def older_app(redis_url: str, tmp_path: Path) -> Iterator[APIFlask]:
    """An application on the schema before revisions, with articles in every state."""
    name = committed.new_name("k")
    app = committed.build(name, redis_url, tmp_path)
    with committed.database(name), app.app_context():
        flask_migrate.upgrade(revision=BEFORE)
        for statement in (UNIT, CATEGORY, STAFF, ARTICLES):
            db.session.execute(text(statement))
        db.session.commit()
        yield app
        db.session.remove()
        db.engine.dispose()


def rows(statement: str) -> list[tuple[Any, ...]]:
    """What a statement finds."""
    found = [tuple(row) for row in db.session.execute(text(statement))]
    db.session.rollback()
    return found


def test_what_was_published_gets_its_first_revision(older_app: APIFlask) -> None:
    flask_migrate.upgrade(revision=AFTER)
    found = rows("SELECT state, version, revision, guide, languages FROM kb_articles ORDER BY id")
    assert found == [
        ("published", 3, 3, {}, "zh"),
        ("retired", 2, 2, {}, "zh"),
        ("draft", 1, 0, {}, "zh"),
        ("submitted", 1, 0, {}, "zh"),
    ]
    kept = rows(
        "SELECT version, kind_of_change, author_id IS NULL, publisher_id IS NULL, wording"
        " FROM kb_revisions ORDER BY article_id"
    )
    assert [one[:4] for one in kept] == [
        (3, "published", False, False),
        (2, "imported", True, True),
    ]
    said = from_json(kept[0][4])
    assert (said.title, said.body, said.unit, said.category) == ("published", "正文", "D14", "T01")
    assert (str(said.valid_from), said.is_public, said.review_days) == ("2026-01-02", False, None)


def test_back_and_forth_again(older_app: APIFlask) -> None:
    flask_migrate.upgrade(revision=AFTER)
    db.session.execute(text("DELETE FROM categories"))
    db.session.commit()
    flask_migrate.downgrade(revision=BEFORE)
    assert rows("SELECT DISTINCT category_code FROM kb_articles") == [(None,)]
    flask_migrate.upgrade(revision=AFTER)
    assert rows("SELECT count(*) FROM kb_revisions") == [(2,)]
