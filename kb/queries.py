"""Looking articles up, and finding the best answers to a question. Read-only."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import aliased, joinedload

from hotline import tokens
from hotline.extensions import db
from hotline.tickets.models import Category
from kb import index, ranking, rules
from kb.models import Article
from kb.rules import UNFINISHED, ArticleRules, Kind, State, Step, is_number

CANDIDATES = 200
KEEPING = ArticleRules()
BY_LENGTH = 1  # ts_rank divides by 1 + the logarithm of the article's length


@dataclass(frozen=True)
class Wanted:
    """Which articles a list shows; `today` leaves out those not in force on that day, `own` those
    of other units than these; `also` is whatever else a list asks of its articles.
    """

    state: State = State.PUBLISHED
    kind: Kind | None = None
    category: str | None = None
    q: str = ""
    is_public: bool | None = None
    today: date | None = None
    own: Collection[int] | None = None
    also: tuple[ColumnElement[bool], ...] = ()


@dataclass(frozen=True)
class Found:
    """An article that may answer, with its score and the words it was found by."""

    article: Article
    score: float
    words: list[str]


@dataclass(frozen=True)
class Upkeep:
    """A unit's published articles: all of them, and how many of them want something.

    `review_due` counts those whose day has come, overdue ones among them; `expired` those that
    answer nobody any more.
    """

    published: int
    review_due: int
    review_overdue: int
    expired: int

    @property
    def kept(self) -> int:
        """Those that are neither overdue nor run out."""
        return self.published - self.neglected

    @property
    def neglected(self) -> int:
        """Those that are overdue or run out, each counted once."""
        return self.review_overdue + self.expired


def by_number(number: str) -> Article | None:
    """The article with its category, unit, author and the article it is to replace."""
    if not is_number(number):
        return None
    query = whole().where(Article.number == number).execution_options(populate_existing=True)
    return db.session.scalars(query).one_or_none()


def version_of(number: str) -> int | None:
    """The present revision of an article that is or was published; None when there is none."""
    shown = Article.number == number, Article.published_at.is_not(None)
    return db.session.scalar(select(Article.revision).where(*shown))


def wording_of(article_id: int) -> Article | None:
    """The changed wording that waits to replace this article."""
    is_waiting = Article.replaces_id == article_id, Article.state.in_(UNFINISHED)
    return db.session.scalars(select(Article).where(*is_waiting)).one_or_none()


def listed(wanted: Wanted, *, limit: int, after: str | None = None) -> list[Article]:
    """The wanted articles, the last changed first; `after` is the number to go on from."""
    query = whole().where(*conditions(wanted))
    if after is not None:
        last = aliased(Article)
        keys = select(last.updated_at, last.id).where(last.number == after).subquery()
        query = query.where(
            tuple_(Article.updated_at, Article.id)
            < select(keys.c.updated_at, keys.c.id).scalar_subquery()
        )
    order = Article.updated_at.desc(), Article.id.desc()
    return list(db.session.scalars(query.order_by(*order).limit(limit)))


def suggest(
    question: str,
    *,
    limit: int,
    today: date,
    public_only: bool = False,
    category: str | None = None,
) -> list[Found]:
    """The best answers in force, best first; asked while the index is away (`kb.search`).

    PostgreSQL finds articles with any of the words and ranks them (title over keywords over
    body); the first of them are weighed once more by how much of the question their title holds.
    """
    words = ranking.asked_words(tokens.words(question[: tokens.LONGEST_QUERY]))
    asked = tokens.any_of(words)
    if not asked:
        return []
    query = index.query(asked)
    rank = func.ts_rank(Article.tokens, query, BY_LENGTH)
    wanted = Wanted(today=today, is_public=True if public_only else None, category=category)
    rows = db.session.execute(
        select(Article.id, Article.title, Article.keywords, rank)
        .where(Article.tokens.op("@@")(query), *conditions(wanted))
        .order_by(rank.desc(), Article.id)
        .limit(CANDIDATES)
    )
    scores = {
        key: ranking.score(words, title=title, keywords=keywords, rank=float(ranked))
        for key, title, keywords, ranked in rows
    }
    best = sorted(scores, key=lambda key: (-scores[key], key))[:limit]
    if not best:
        return []
    articles = {one.id: one for one in db.session.scalars(whole().where(Article.id.in_(best)))}
    return [Found(articles[key], scores[key], words) for key in best]


def among(ids: Collection[int], wanted: Wanted) -> dict[int, Article]:
    """Those of these articles that are wanted, by id."""
    if not ids:
        return {}
    query = whole().where(Article.id.in_(ids), *conditions(wanted))
    return {one.id: one for one in db.session.scalars(query)}


def same_titles(titles: Iterable[str]) -> set[tuple[str, str]]:
    """(title, body) of the published articles with these titles."""
    query = select(Article.title, Article.body).where(
        Article.title.in_(list(titles)), Article.state == State.PUBLISHED
    )
    return {(title, body) for title, body in db.session.execute(query)}


def with_title(title: str, besides: Collection[int], most: int = 5) -> list[str]:
    """The numbers of other articles in use or in work with this very title, the oldest first."""
    query = select(Article.number).where(
        Article.title == title,
        Article.state != State.RETIRED,
        Article.id.not_in(besides),
        or_(Article.replaces_id.is_(None), Article.replaces_id.not_in(besides)),
    )
    return list(db.session.scalars(query.order_by(Article.id).limit(most)))


def upkeep(today: date, numbers: ArticleRules = KEEPING) -> dict[int, Upkeep]:
    """Unit id → how it keeps its articles; units without a published one are left out.

    An article that ran out counts as such alone, not as overdue as well.
    """
    windows = rules.windows(today, numbers)
    has_run_out = Article.valid_until <= windows[Step.EXPIRED].until
    holds = or_(Article.valid_until.is_(None), ~has_run_out)
    rows = db.session.execute(
        select(
            Article.unit_id,
            func.count(),
            func.count().filter(and_(holds, Article.review_on <= today)),
            func.count().filter(
                and_(holds, Article.review_on <= windows[Step.REVIEW_OVERDUE].until)
            ),
            func.count().filter(has_run_out),
        )
        .where(Article.state == State.PUBLISHED, Article.unit_id.is_not(None))
        .group_by(Article.unit_id)
    )
    return {unit_id: Upkeep(*counts) for unit_id, *counts in rows if unit_id is not None}


def category_exists(code: str) -> bool:
    """Whether there is a leaf with this code."""
    return db.session.scalar(select(Category.is_leaf).where(Category.code == code)) is True


def is_known_branch(code: str) -> bool:
    """Whether a category's code begins so: a domain, a group or a leaf."""
    begins = Category.code.startswith(code, autoescape=True)
    return db.session.scalar(select(Category.code).where(begins).limit(1)) is not None


def whole() -> Select[Article]:
    """Articles with all that is shown of one."""
    return select(Article).options(
        joinedload(Article.category),
        joinedload(Article.unit),
        joinedload(Article.author),
        joinedload(Article.publisher),
        joinedload(Article.replaces).load_only(Article.number),
    )


def conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What the wanted articles fulfil."""
    conditions = [Article.state == wanted.state, *wanted.also]
    if wanted.kind is not None:
        conditions.append(Article.kind == wanted.kind)
    if wanted.category is not None:
        conditions.append(Article.category_code.startswith(wanted.category, autoescape=True))
    if wanted.is_public is not None:
        conditions.append(Article.is_public == wanted.is_public)
    if wanted.q:
        conditions.append(_says(wanted.q))
    if wanted.own is not None:
        conditions.append(Article.unit_id.in_(wanted.own))
    if wanted.today is not None:
        conditions.append(_in_force(wanted.today))
    return conditions


def _says(q: str) -> ColumnElement[bool]:
    return Article.tokens.op("@@")(index.query(tokens.for_query(q)))


def _in_force(today: date) -> ColumnElement[bool]:
    return and_(
        or_(Article.valid_from.is_(None), Article.valid_from <= today),
        or_(Article.valid_until.is_(None), Article.valid_until >= today),
    )
