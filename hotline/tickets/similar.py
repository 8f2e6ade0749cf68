"""Open tickets about what may be the same event: near the same place, with the same words.

Decided here: how many tickets are looked at, what counts as alike, and what citizens may hear of
others. Cost is bounded whatever the table holds: of each open state only the newest tickets are
looked at. A ticket is alike when it shares a telling word of the place and a word of the matter;
where no place is known, two words of the matter in the same district. Confidential tickets are
never named. Citizens hear only a number, and only when several people reported it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Row, and_, func, literal, or_, select, text, union_all
from sqlalchemy.orm import aliased

from hotline import tokens
from hotline.access import Viewer
from hotline.extensions import db
from hotline.tickets import access, places, queries
from hotline.tickets.models import Ticket, TicketText
from hotline.tickets.states import FINAL, State

LOOKED_AT: Final = 300
RANKED: Final = 30
MOST_WORDS: Final = 24
FEWEST_PEOPLE: Final = 3
TWO_WORDS: Final = 2
PLACE_WEIGHT, WORD_WEIGHT, CATEGORY_WEIGHT = 3, 1, 2
OPEN: Final = tuple(state for state in State if state not in FINAL)
_EMPTY_WORDS = """
一个 一直 一下 不是 不能 为什么 什么 他们 以及 但是 你好 您好 其他 再次 几次 希望 市民 已经
应该 情况 我们 或者 所以 投诉 咨询 求助 建议 反映 问题 处理 解决 尽快 部门 相关 有关 请问 请求
没有 现在 目前 今天 昨天 明天 每天 每晚 晚上 早上 上午 下午 时候 时间 来电 来电人 电话 热线
无法 造成 影响 居民 群众 非常 严重 要求 认为 表示 进行 这个 那个 还是 还有 就是 如何 怎么 附近
位于 有人 出现 发现 导致 严重影响 生活 the and for that this with have has are
"""
SAYS_NOTHING: Final = frozenset(_EMPTY_WORDS.split())


@dataclass(frozen=True)
class SimilarTicket:
    """An open ticket that may be about the same, and the words that it shares."""

    number: str
    title: str
    state: State
    unit_name: str | None
    category_name: str | None
    place: str
    received_at: datetime
    place_words: tuple[str, ...]
    matter_words: tuple[str, ...]
    is_same_category: bool
    reports: int = 1
    """How many citizens report it: its own, and those whose tickets follow it."""

    @property
    def score(self) -> int:
        """How alike: a shared word of the place counts three, of the matter one, the leaf two."""
        shared = PLACE_WEIGHT * len(self.place_words) + WORD_WEIGHT * len(self.matter_words)
        return shared + CATEGORY_WEIGHT * self.is_same_category


@dataclass(frozen=True)
class Reported:
    """What citizens hear: how many people reported what."""

    people: int
    category_name: str | None


@dataclass(frozen=True)
class Sought:
    """What is looked for, cut into the words that tell."""

    district: str | None
    place_words: list[str]
    matter_words: list[str]

    @property
    def is_enough(self) -> bool:
        """Whether anything could be alike."""
        if self.place_words:
            return bool(self.matter_words)
        return self.district is not None and len(self.matter_words) >= TWO_WORDS


def open_near(
    viewer: Viewer,
    district: str | None,
    place: str,
    words: str,
    *,
    limit: int = 5,
    category: str | None = None,
    besides: str | None = None,
) -> list[SimilarTicket]:
    """Open tickets that the viewer may see, the most alike first, of equals the newest.

    `words` is what the matter says, `category` its leaf where known, `besides` the number of
    the ticket that is looked from. One statement.
    """
    sought = _sought(district, place, words)
    if not sought.is_enough:
        return []
    column = TicketText.tokens if viewer.is_hotline else TicketText.unit_tokens
    asked = access.whole().where(
        Ticket.id.in_(_candidates(OPEN)),
        _is_alike(sought, column),
        Ticket.is_confidential.is_(False),
        access.visible(viewer),
    )
    if besides is not None:
        asked = asked.where(Ticket.number != besides)
    asked = asked.add_columns(_followers())
    rank = func.ts_rank(column, _any(sought.place_words + sought.matter_words))
    rows = db.session.execute(asked.order_by(rank.desc(), Ticket.id.desc()).limit(RANKED))
    found = [_similar(row, sought, viewer, category) for row in rows]
    found.sort(key=lambda one: (one.score, one.received_at), reverse=True)
    return found[:limit]


def reported(district: str | None, place: str, words: str, *, limit: int = 3) -> list[Reported]:
    """What several people reported of this place, the most people first; one statement.

    People are counted once a leaf; those whose ticket follows an open one count with it.
    """
    sought = _sought(district, place, words)
    if not sought.is_enough:
        return []
    lead = aliased(Ticket)
    follows = and_(Ticket.state == State.MERGED, lead.state.not_in(FINAL))
    person = func.coalesce(Ticket.citizen_id, -Ticket.id)
    leaf = func.coalesce(lead.category_code, Ticket.category_code)
    people = func.count(person.distinct())
    rows = db.session.execute(
        select(leaf, people)
        .join(TicketText, TicketText.ticket_id == Ticket.id)
        .outerjoin(lead, lead.id == Ticket.merged_into_id)
        .where(
            Ticket.id.in_(_candidates((*OPEN, State.MERGED))),
            or_(Ticket.state.in_(OPEN), follows),
            _is_alike(sought, TicketText.tokens),
            Ticket.is_confidential.is_(False),
        )
        .group_by(leaf)
        .having(people >= FEWEST_PEOPLE)
        .order_by(people.desc())
        .limit(limit)
    )
    leaves = queries.rulebook().leaves
    return [Reported(count, leaves[code].name if code in leaves else None) for code, count in rows]


def _sought(district: str | None, place: str, words: str) -> Sought:
    names = queries.rulebook().districts
    known = district if district in names else places.district_in(place, names)
    where = places.telling_words(place, names)
    matter = [
        word
        for word in dict.fromkeys(tokens.words(words[: tokens.LONGEST_QUERY]))
        if len(word) > 1 and not word.isdigit() and word not in SAYS_NOTHING and word not in where
    ]
    return Sought(known, where[:MOST_WORDS], matter[:MOST_WORDS])


def _candidates(states: Iterable[State]) -> Any:
    """The newest tickets of each state; each branch is a short walk of one index."""
    branches = [
        select(Ticket.id)
        .where(Ticket.state == state)
        .order_by(Ticket.id.desc())
        .limit(LOOKED_AT)
        .subquery()
        for state in states
    ]
    return union_all(*(select(one.c.id) for one in branches))


def _followers() -> Any:
    """How many tickets follow the one that is looked at."""
    other = aliased(Ticket)
    followed = other.merged_into_id == Ticket.id
    return select(func.count()).select_from(other).where(followed).scalar_subquery()


def _is_alike(sought: Sought, column: Any) -> ColumnElement[bool]:
    shared: ColumnElement[bool] = column.op("@@")(_any(sought.matter_words))
    if sought.place_words:
        shared = and_(shared, column.op("@@")(_any(sought.place_words)))
    if sought.district is None:
        return shared
    here = or_(Ticket.district_code == sought.district, Ticket.district_code.is_(None))
    return and_(shared, here)


def _any(words: list[str]) -> Any:
    return func.to_tsquery(text("'simple'"), literal(tokens.any_of(words)))


def _similar(
    row: Row[*tuple[Any, ...]], sought: Sought, viewer: Viewer, category: str | None
) -> SimilarTicket:
    view = access.view_of(cast("Any", row[:-1]), viewer)
    said = set(tokens.words(f"{view.title}\n{view.body}\n{view.place}"))
    return SimilarTicket(
        number=view.number,
        title=view.title,
        state=view.state,
        unit_name=view.lead_name,
        category_name=view.category_name,
        place=view.place,
        received_at=view.received_at,
        place_words=_shown(word for word in sought.place_words if word in said),
        matter_words=_shown(word for word in sought.matter_words if word in said),
        is_same_category=category is not None and view.category_code == category,
        reports=1 + row[-1],
    )


def _shown(words: Iterable[str]) -> tuple[str, ...]:
    """Without the shorter words that lie inside longer ones."""
    found = list(words)
    return tuple(one for one in found if not any(one != other and one in other for other in found))
