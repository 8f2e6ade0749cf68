"""The password once more, before what nobody should find open at a desk that was left.

Decided here: for how long it counts, and where somebody goes to give it. Not here: what asks for
it (exports, numbers of others' and of confidential matters). It belongs to the session: signing in
does not count, for that may have been hours ago, and other sessions of the same person don't.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Final, ParamSpec

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from hotline import clock, http

P = ParamSpec("P")

CONFIRMED_AT: Final = "confirmed_at"
COUNTS_FOR: Final = timedelta(minutes=10)


def needed(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Guard a page: without a fresh confirmation the password is asked first.

    A page that was opened is gone on to afterwards. What was sent is not sent by itself: one
    comes back to the page it was sent from, and is told to do it again.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        return view(*args, **kwargs) if is_fresh() else ask()

    return guarded


def is_fresh() -> bool:
    """Whether this session gave the password within the last minutes."""
    at = datetime.fromtimestamp(session.get(CONFIRMED_AT, 0), UTC)
    return clock.now() - at <= COUNTS_FOR


def confirm(now: datetime) -> None:
    """The password was right just now."""
    session[CONFIRMED_AT] = int(now.timestamp())


def ask() -> ResponseReturnValue:
    """Send the viewer to the page that asks for the password, and back afterwards."""
    is_opened = request.method == "GET"
    back = request.full_path.rstrip("?") if is_opened else http.came_from()
    address = url_for("people.confirm", next=back)
    if not is_opened:
        flash(gettext("Enter your password, then do it once more."), "success")
    if "HX-Request" in request.headers:
        return "", 401, {"HX-Redirect": address}
    return redirect(address, 303)
