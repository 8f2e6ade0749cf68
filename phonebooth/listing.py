"""Filters and pages of the carrier's lists."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Generic, TypeVar
from urllib.parse import urlencode

from phonebooth import numbers
from phonebooth.store import Message

Row = TypeVar("Row")

_MOST_ROWS = 1_000


class BadFilter(ValueError):
    """A filter or page that can't be read; the sentence names it."""


@dataclass(frozen=True, kw_only=True)
class Listing(Generic[Row]):
    """One page: its rows, and the carrier's fields about it with relative addresses."""

    rows: list[Row]
    links: dict[str, object]


def page_of(messages: list[Message], asked: Mapping[str, str], path: str) -> Listing[Message]:
    """The page of `messages` that is `asked` for; raises BadFilter."""
    return listing_of(messages, asked, path, _filter(asked))


def listing_of(
    rows: list[Row], asked: Mapping[str, str], path: str, is_meant: Callable[[Row], bool]
) -> Listing[Row]:
    """The page of those `rows` that are meant; raises BadFilter."""
    size = _whole_number(asked, "PageSize", default=50, least=1, most=_MOST_ROWS)
    page = _whole_number(asked, "Page", default=0, least=0, most=10**6)
    found = [row for row in rows if is_meant(row)]
    shown = found[page * size : (page + 1) * size]
    has_more = len(found) > (page + 1) * size

    def uri(number: int) -> str:
        return f"{path}?{urlencode({**asked, 'PageSize': size, 'Page': number})}"

    return Listing(
        rows=shown,
        links={
            "end": page * size + max(len(shown) - 1, 0),
            "first_page_uri": uri(0),
            "next_page_uri": uri(page + 1) if has_more else None,
            "page": page,
            "page_size": size,
            "previous_page_uri": uri(page - 1) if page else None,
            "start": page * size,
            "uri": uri(page),
        },
    )


def _filter(asked: Mapping[str, str]) -> Callable[[Message], bool]:
    to, sender = asked.get("To", ""), asked.get("From", "")
    earliest, latest = span(asked, "DateSent")
    is_dated = earliest is not None or latest is not None

    def is_meant(message: Message) -> bool:
        if to and numbers.canonical(to) != message.recipient:
            return False
        if sender and numbers.canonical(sender) != message.sender:
            return False
        return not is_dated or is_within(message.sent_at, earliest, latest)

    return is_meant


def is_within(sent_at: datetime | None, earliest: datetime | None, latest: datetime | None) -> bool:
    """Whether a moment, if there is one, lies in the span."""
    if sent_at is None:
        return False
    return (earliest is None or sent_at >= earliest) and (latest is None or sent_at < latest)


def span(asked: Mapping[str, str], name: str) -> tuple[datetime | None, datetime | None]:
    """From and before which moment; a date means its day in UTC, `<` includes what it names."""
    if asked.get(name):
        start = datetime.combine(_moment(asked, name).date(), time(), UTC)
        return start, start + timedelta(days=1)
    earliest = _moment(asked, f"{name}>") if asked.get(f"{name}>") else None
    latest = _moment(asked, f"{name}<") if asked.get(f"{name}<") else None
    if latest is not None:
        is_day = len(asked[f"{name}<"]) == len("2026-01-01")
        latest += timedelta(days=1) if is_day else timedelta(seconds=1)
    return earliest, latest


def _moment(asked: Mapping[str, str], name: str) -> datetime:
    text = asked[name].strip()
    try:
        if len(text) == len("2026-01-01"):
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadFilter(f"{name} is not a date: {text}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _whole_number(
    asked: Mapping[str, str], name: str, *, default: int, least: int, most: int
) -> int:
    text = asked.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadFilter(f"{name} is not a whole number: {text}")
    return min(max(int(text), least), most)
