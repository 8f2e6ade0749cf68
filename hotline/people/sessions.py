"""Who a page's request comes from: what a session holds, when it begins and when it is over.

Decided here: how the signed cookie, the account and the rules make a viewer. Not here: checking
passwords (`signing`), what a viewer may do (`access`). The cookie holds the account's number and
epoch, two moments and a secret of its own, by whose digest a sign-out ends it everywhere.
"""

from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, login_user, logout_user

from hotline import clock, crypto, http, live
from hotline.access import Viewer
from hotline.extensions import login
from hotline.people import passwords, queries, rules
from hotline.people.models import Staff

SIGNED_IN_AT: Final = "signed_in_at"
SEEN_AT: Final = "seen_at"
SECRET: Final = "session_secret"  # noqa: S105  the name of a field
ENDED: Final = "session_ended"
CHANGING: Final = "changing_password"
SEEN_EVERY: Final = timedelta(seconds=60)
CHANGED: Final = "session_changed"
TO_CHANGE_WITHIN: Final = timedelta(minutes=15)


class SignedIn(UserMixin):  # type: ignore[misc]  # the library has no types
    """Flask-Login's user: a viewer, and the epoch of their account."""

    def __init__(self, viewer: Viewer, epoch: int) -> None:
        self.viewer = viewer
        self.epoch = epoch

    def get_id(self) -> str:
        """What the session keeps of them."""
        return f"{self.viewer.staff_id}:{self.epoch}"


def init(app: Flask) -> None:
    """Teach Flask-Login and the JSON API who somebody is."""
    passwords.init(app)
    login.user_loader(load)
    login.login_view = "people.login"
    login.unauthorized_handler(send_to_sign_in)
    app.extensions["token_loader"] = load_token
    app.after_request(keep_private)


def begin(staff: Staff, now: datetime) -> None:
    """Start a session; nothing of an earlier one is kept, so none can be foisted on anybody."""
    viewer = queries.viewer_of(staff.id, staff.epoch, now)
    session.clear()
    if viewer is None:
        return
    session.permanent = False
    session[SIGNED_IN_AT] = session[SEEN_AT] = int(now.timestamp())
    session[SECRET] = crypto.new_token()
    g.pop("viewer", None)
    login_user(SignedIn(viewer, staff.epoch))


def end() -> bytes | None:
    """Leave the session; answers its digest, by which its copies are ended too."""
    secret = session.get(SECRET)
    logout_user()
    session.clear()
    g.pop("viewer", None)
    return crypto.token_digest(secret) if secret else None


def load(user_id: str) -> SignedIn | None:
    """The user of a session that isn't over; Flask-Login asks once a request. One statement."""
    now = clock.now()
    staff_id, epoch = (int(part) for part in user_id.split(":"))
    over = rules.session_end(_moment(SIGNED_IN_AT), _moment(SEEN_AT), now)
    digest = crypto.token_digest(session.get(SECRET, ""))
    viewer = None if over else queries.viewer_of(staff_id, epoch, now, session=digest)
    if viewer is None:
        session.clear()
        session[ENDED] = over or CHANGED
        return None
    if now - _moment(SEEN_AT) >= SEEN_EVERY and not live.is_by_itself():
        session[SEEN_AT] = int(now.timestamp())
    return SignedIn(viewer, epoch)


def load_token(token: str) -> Viewer | None:
    """The viewer behind a bearer token, right now. One statement."""
    return queries.viewer_by_token(token, clock.now())


def send_to_sign_in() -> ResponseReturnValue:
    """Where somebody without a session goes, and comes back from: also to what was just typed.

    A page fragment makes its whole page go there.
    """
    if "HX-Request" in request.headers:
        page = urlsplit(request.headers.get("HX-Current-URL", "")).path or None
        return "", 401, {"HX-Redirect": url_for("people.login", next=page)}
    is_opened = request.method == "GET"
    back = request.full_path.rstrip("?") if is_opened else http.came_from() or None
    return redirect(url_for("people.login", next=back), 303)


def keep_private(response: Response) -> Response:
    """Browsers keep no page made for somebody: after signing out nothing is to go back to."""
    if g.get("viewer") is not None:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def why_over() -> str:
    """Why the last session ended by itself, as a code, said once; "" when it didn't."""
    code: str = session.pop(ENDED, "")
    return code


def begin_change(staff: Staff, now: datetime) -> None:
    """Somebody came in with a temporary password: no session until they chose their own."""
    session.clear()
    session[CHANGING] = [staff.id, staff.epoch, int(now.timestamp())]


def changing(now: datetime) -> int | None:
    """Who must choose a password before a session begins; for a quarter of an hour."""
    staff_id, epoch, began = session.get(CHANGING) or (0, 0, 0)
    if not staff_id or now - datetime.fromtimestamp(began, UTC) > TO_CHANGE_WITHIN:
        return None
    viewer = queries.viewer_of(staff_id, epoch, now)
    return viewer.staff_id if viewer else None


def _moment(field: str) -> datetime:
    """A moment in the session; a session without it is as old as can be."""
    return datetime.fromtimestamp(session.get(field, 0), UTC)
