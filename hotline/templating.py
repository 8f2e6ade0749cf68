"""What templates can call: words for codes, times and phones, the navigation, the icons.

Decided here: how a code, a moment, a time left and a phone number are written on a page.
Not here: which words (labels, catalogues), whether a viewer may see something (access).
Times are shown in the city's zone, which Flask-Babel knows from the configuration.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, request, url_for
from flask_babel import (
    format_date,
    format_datetime,
    format_timedelta,
    get_locale,
    gettext,
    ngettext,
)
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from werkzeug.local import LocalProxy

from hotline import access, clock, labels, live, phone
from hotline.access import Permission
from hotline.languages import Catalogues
from hotline.worktime import Remaining

EXACT = "yyyy-MM-dd HH:mm"
RELATIVE_DAYS = 7
KEPT_SECONDS = 365 * 24 * 3600
STATIC = Path(__file__).with_name("static")
DECORATIVE = Markup('aria-hidden="true"')


@dataclass(frozen=True)
class NavItem:
    """One entry of the staff's navigation; `count` names how many items wait there, if it can.

    `icon` is a name of the sprite; `msgid` is marked with N_ where the item is made.
    """

    endpoint: str
    msgid: str
    permission: Permission
    icon: str
    count: Callable[[], int] | None = None


@dataclass(frozen=True)
class NavLink:
    """A navigation entry as the layout shows it to the present viewer."""

    endpoint: str
    url: str
    msgid: str
    icon: str
    is_active: bool
    count: int | None


def init(app: Flask) -> None:
    """Register filters, globals, the navigation and the catalogues with the application."""
    app.jinja_env.filters.update(
        label=_spoken(label),
        when=when,
        exact=exact,
        day=day,
        remaining=remaining,
        working_days=_spoken(working_days),
        hours=_spoken(hours),
        lasting=lasting,
        mask=phone.mask,
        mask_name=mask_name,
    )
    app.extensions["assets"] = _assets()
    app.extensions["babel"].instance.domain_instance = Catalogues()
    app.jinja_env.globals.update(
        icon=icon,
        asset=asset,
        label_options=label_options,
        language=language,
        is_by_itself=live.is_by_itself,
        # Asked for only where a page uses them: the page for a lost database must not.
        viewer=LocalProxy(access.viewer),
        nav=LocalProxy(navigation),
    )
    app.after_request(_keep_assets)


def label(code: object, group: str) -> str:
    """The word for `code` in the viewer's language; an empty code stays empty."""
    return gettext(labels.msgid(group, code)) if code not in (None, "") else ""


def _spoken(words: Callable[..., str]) -> Callable[..., str]:
    """A filter that answers in the viewer's language, for constants too.

    Without the context Jinja works a constant out once, when it compiles the template: in the
    language of whoever opened the page first.
    """

    @pass_context
    def spoken(_context: Context, *given: Any) -> str:
        return words(*given)

    return spoken


def label_options(group: str) -> list[tuple[str, str]]:
    """(code, word) for a select or radio group, in the vocabulary's order."""
    return [(code, gettext(msgid)) for code, msgid in labels.options(group)]


def exact(moment: datetime | None) -> str:
    """Date and time to the minute in the city's zone."""
    return format_datetime(moment, EXACT) if moment else ""


def day(value: date | None) -> str:
    """A date as year-month-day."""
    return format_date(value, "yyyy-MM-dd", rebase=False) if value else ""


def when(moment: datetime | None) -> Markup:
    """A moment in words relative to now, the exact time on hover; older ones as a date."""
    if moment is None:
        return Markup("")
    age = clock.now() - moment
    words = exact(moment)
    if abs(age) < timedelta(minutes=1):
        words = gettext("just now")
    elif abs(age) < timedelta(days=RELATIVE_DAYS):
        words = format_timedelta(-age, add_direction=True, threshold=1)
    return Markup('<time datetime="{}" title="{}" data-relative>{}</time>').format(
        moment.isoformat(timespec="seconds"), exact(moment), words
    )


def remaining(left: Remaining | timedelta) -> str:
    """Time left or overdue in words: working days and hours, or natural time for hour clocks."""
    if isinstance(left, timedelta):
        is_overdue, rest = left < timedelta(), int(abs(left).total_seconds()) // 60
        count, minutes = divmod(rest, 24 * 60)
        days = gettext("%(n)s d", n=count) if count else ""
    else:
        is_overdue, minutes = left.is_overdue, left.minutes
        days = working_days(left.days) if left.days else ""
    if is_overdue and not days and not minutes:
        return str(gettext("over the limit"))
    span = _span(days, minutes)
    words = (
        gettext("%(time)s over", time=span) if is_overdue else gettext("%(time)s left", time=span)
    )
    return str(words)


def working_days(count: int) -> str:
    """A number of working days in words; none at all is the day itself."""
    if count == 0:
        return str(gettext("the same day"))
    return str(ngettext("%(n)s working day", "%(n)s working days", count, n=count))


def hours(count: int) -> str:
    """A number of hours in words."""
    return str(ngettext("%(n)s hour", "%(n)s hours", count, n=count))


def lasting(seconds: float | timedelta | None) -> str:
    """How long a call, a wait or a recording lasts, as clocks show it: 3:05, 1:02:30."""
    if seconds is None:
        return ""
    whole = int(seconds.total_seconds() if isinstance(seconds, timedelta) else seconds)
    minutes, rest = divmod(max(0, whole), 60)
    hour, minutes = divmod(minutes, 60)
    return f"{hour}:{minutes:02}:{rest:02}" if hour else f"{minutes}:{rest:02}"


def mask_name(name: str | None) -> str:
    """A name of which only the first character is shown."""
    text = (name or "").strip()
    return text[:1] + "*" * (len(text) - 1)


def icon(name: str, label: str = "") -> Markup:
    """An icon of the sprite; decorative unless given a label."""
    role = Markup('role="img" aria-label="{}"').format(label) if label else DECORATIVE
    return Markup('<svg class="icon" {}><use href="{}#{}"></use></svg>').format(
        role, asset("sprite.svg"), name
    )


def asset(name: str) -> str:
    """The address of one of our static files, or of a vendored one by its bare name.

    The address changes with the content, so browsers may keep it for ever. Raises KeyError
    for a file that isn't there: a page without its style is a mistake to see at once.
    """
    path, mark = current_app.extensions["assets"][name]
    return url_for("static", filename=path, v=mark)


def language() -> str:
    """The page's language as HTML writes it: zh-CN, en."""
    locale = get_locale()
    return "en" if locale and locale.language == "en" else "zh-CN"


def navigation() -> list[NavLink]:
    """The entries of the navigation that the present viewer may open."""
    viewer = access.viewer()
    items: list[NavItem] = current_app.extensions.get("navigation", [])
    if "navigation" not in g:
        g.navigation = [_link(one) for one in items if viewer and viewer.may(one.permission)]
    links: list[NavLink] = g.navigation
    return links


def _span(days: str, minutes: int) -> str:
    hours, minutes = divmod(minutes, 60)
    parts = [days] if days else []
    if hours:
        parts.append(gettext("%(n)s h", n=hours))
    if not days and (minutes or not hours):
        parts.append(gettext("%(n)s min", n=minutes))
    return " ".join(parts)


def _keep_assets(response: Response) -> Response:
    """A file asked for by its mark never changes: browsers needn't ask again for a year."""
    if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
        response.cache_control.no_cache = None
        response.cache_control.public = True
        response.cache_control.max_age = KEPT_SECONDS
        response.cache_control.immutable = True
    return response


def _link(item: NavItem) -> NavLink:
    url = url_for(item.endpoint)
    return NavLink(
        endpoint=item.endpoint,
        url=url,
        msgid=item.msgid,
        icon=item.icon,
        is_active=request.path == url or request.path.startswith(url.rstrip("/") + "/"),
        count=item.count() if item.count else None,
    )


def _assets() -> dict[str, tuple[str, str]]:
    """Name in a template → (path below static, mark of its content)."""
    found = {}
    for path in sorted(STATIC.rglob("*.*")):
        if not path.is_file():
            continue
        inside = path.relative_to(STATIC)
        name = path.name if inside.parts[0] == "vendor" else inside.as_posix()
        mark = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        found[name] = (inside.as_posix(), mark)
    return found
