"""Which articles somebody may read, and what of them is shown.

Decided here: editors read everything; other staff what is or was published, so that an old
ticket's answer can still be opened; citizens what is published for them and in force today.
Pages and API are built from these frozen views, never from the rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from hotline import clock
from hotline.access import Permission, Viewer
from hotline.errors import Forbidden, MadeUp, NotFound
from kb import days, guide, owning, queries, ranking, rules, showing
from kb.forms import ListForm
from kb.models import Article
from kb.queries import Found, Wanted
from kb.ranking import Piece
from kb.rules import Kind, State, Verb
from kb.search import answering


@dataclass(frozen=True)
class Shown:
    """An article as a viewer may see it."""

    number: str
    kind: Kind
    state: State
    title: str
    body: str
    keywords: list[str]
    category: tuple[str, str] | None
    unit: tuple[str, str] | None
    is_public: bool
    valid_from: date | None
    valid_until: date | None
    is_in_force: bool
    source: str
    replaces: str | None
    version: int
    author: str | None
    updated_at: datetime
    published_at: datetime | None
    verbs: frozenset[Verb] = frozenset()
    is_own: bool = False
    wording: str | None = None
    guide: Mapping[str, str] = field(default_factory=dict)
    questions: list[str] = field(default_factory=list)
    synonyms: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    document_number: str = ""
    source_url: str = ""
    publish_at: datetime | None = None
    review_days: int | None = None
    review_on: date | None = None
    revision: int = 0
    publisher: str | None = None
    remark: str = ""
    same_title: list[str] = field(default_factory=list)

    @property
    def is_approved(self) -> bool:
        """Whether it was read and waits only for the time at which it is published."""
        return self.state is State.SUBMITTED and self.publisher is not None

    @property
    def has_lost_category(self) -> bool:
        """Whether its category is gone from the catalogue; the name is then its code."""
        return self.category is not None and self.category[0] == self.category[1]

    @property
    def text(self) -> str:
        """Its words for a text field, a text message, a telephone; the guide's fields last."""
        return showing.text(self.body, self.guide)


@dataclass(frozen=True)
class Hit:
    """An article that may answer a question, with its decisive passage."""

    article: Shown
    score: float
    words: list[str]
    title: list[Piece]
    passage: list[Piece]


@dataclass(frozen=True)
class Page:
    """Some articles, and the cursor of the next page, None on the last."""

    items: list[Shown]
    next: str | None


def today() -> date:
    """The date in the city."""
    return days.on(clock.now())


def article(viewer: Viewer, number: str) -> Shown:
    """One article for staff. Raises NotFound."""
    found = queries.by_number(number)
    if found is None or not owning.may_read(viewer, found):
        raise NotFound("unknown_article", "There is no such article.", field="number")
    seen = shown(found, viewer)
    if Verb.EDIT not in seen.verbs:
        return seen
    twins = queries.with_title(found.title, besides={found.id, found.replaces_id or found.id})
    seen = replace(seen, same_title=twins)
    if seen.state is State.PUBLISHED:
        waiting = queries.wording_of(found.id)
        return replace(seen, wording=waiting.number if waiting else None)
    return seen


def public_article(number: str) -> Shown:
    """One article for citizens. Raises NotFound."""
    found = queries.by_number(number)
    if found is not None and found.is_public and found.state is State.PUBLISHED:
        seen = shown(found)
        if seen.is_in_force:
            return seen
    raise NotFound("unknown_article", "There is no such article.", field="number")


def page(viewer: Viewer, form: ListForm) -> Page:
    """A page of a list for staff; only editors and a unit's people see what is not published.

    Raises Forbidden, MadeUp.
    """
    is_editor = viewer.may(Permission.EDIT_KNOWLEDGE)
    is_writer = is_editor or viewer.may(Permission.WRITE_OWN_KNOWLEDGE)
    if form.state is not State.PUBLISHED and not is_writer:
        raise Forbidden("forbidden", "Your role does not allow this.")
    if form.category is not None and not queries.is_known_branch(form.category):
        raise MadeUp("unknown_category", "There is no such category.", field="category")
    wanted = Wanted(
        state=form.state,
        kind=form.kind,
        category=form.category,
        q=form.q,
        today=None if is_editor else today(),
        own=None if form.state is State.PUBLISHED else owning.own_units(viewer),
    )
    return _page(wanted, form, viewer)


def public_page(form: ListForm) -> Page:
    """A page of the list for citizens."""
    return _page(Wanted(kind=form.kind, is_public=True, today=today()), form, None)


def answers(question: str, limit: int, *, public_only: bool = False) -> list[Hit]:
    """The best published answers in force, best first."""
    found = answering.suggest(question, limit=limit, today=today(), public_only=public_only)
    return [_hit(one) for one in found]


def shown(row: Article, viewer: Viewer | None = None) -> Shown:
    """The view of a row; the viewer's verbs with it when they are an editor."""
    return Shown(
        number=row.number,
        kind=row.kind,
        state=row.state,
        title=row.title,
        body=row.body,
        keywords=rules.entries(row.keywords),
        category=_category(row),
        unit=(row.unit.code, row.unit.name) if row.unit else None,
        is_public=row.is_public,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        is_in_force=rules.is_in_force(row.valid_from, row.valid_until, today()),
        source=row.source,
        replaces=row.replaces.number if row.replaces else None,
        version=row.version,
        author=row.author.name if row.author else None,
        updated_at=row.updated_at,
        published_at=row.published_at,
        verbs=owning.verbs(viewer, row),
        is_own=viewer is not None and row.author_id == viewer.staff_id,
        guide=row.guide,
        questions=guide.entries(row.questions),
        synonyms=rules.entries(row.synonyms),
        places=rules.entries(row.places),
        languages=rules.entries(row.languages),
        document_number=row.document_number,
        source_url=row.source_url,
        publish_at=row.publish_at,
        review_days=row.review_days,
        review_on=row.review_on,
        revision=row.revision,
        publisher=row.publisher.name if row.publisher else None,
        remark=row.remark,
    )


def _category(row: Article) -> tuple[str, str] | None:
    """Code and name; of a category that is gone the code is all that is left."""
    if row.category is not None:
        return row.category.code, row.category.name
    return (row.category_code, row.category_code) if row.category_code else None


def _page(wanted: Wanted, form: ListForm, viewer: Viewer | None) -> Page:
    rows = queries.listed(wanted, limit=form.limit + 1, after=form.cursor)
    items = [shown(row, viewer) for row in rows[: form.limit]]
    return Page(items, items[-1].number if len(rows) > form.limit else None)


def _hit(found: Found) -> Hit:
    seen = shown(found.article)
    title = ranking.marked(seen.title, found.words)
    passage = ranking.passage(seen.text, found.words)
    return Hit(seen, round(found.score, 4), found.words, title, passage)
