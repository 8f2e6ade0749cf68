"""Signing in and out: who is let in, who waits, and how a session is ended before its time.

Not here: what a session holds and when it is over by itself (`sessions`, `rules`). The surprise:
a failed sign-in is returned and not raised, for its count must be stored, and what is raised is
rolled back.
"""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from hotline import audit
from hotline.errors import Invalid, Refused, TooMany
from hotline.extensions import db
from hotline.people import passwords, rules
from hotline.people.models import EndedSession, Staff
from hotline.words import N_

BAD_CREDENTIALS = "bad_credentials"


def sign_in(username: str, password: str, now: datetime) -> Staff | Refused:
    """Check a password; a wrong one counts, and from the fifth on the account waits.

    The row is locked meanwhile, so guesses in parallel, at any process, are counted one by one.
    Refusals: `bad_credentials` (also for inactive and unknown), `locked` with seconds. That a
    locked account says so tells that it exists: usernames are no secret here.
    """
    found = _checked(username, password, now)
    if isinstance(found, Staff):
        _trace(found.id, "signed_in", now)
    return found


def confirm(staff_id: int, password: str, now: datetime) -> Staff | Refused:
    """Check the password of somebody who is signed in; guesses are counted as at signing in."""
    username = db.session.scalars(select(Staff.username).where(Staff.id == staff_id)).one()
    found = _checked(username, password, now)
    if isinstance(found, Staff):
        _trace(staff_id, "password_confirmed", now)
    elif found.code == BAD_CREDENTIALS:
        words = "This is not your present password."
        return Invalid("wrong_password", words, field="present")
    return found


def sign_out(staff_id: int, session: bytes, now: datetime) -> None:
    """End one session before its time: its cookie opens nothing more, wherever it was copied."""
    row = insert(EndedSession).values(digest=session, ended_at=now)
    db.session.execute(row.on_conflict_do_nothing())
    _trace(staff_id, "signed_out", now)


def forget_ended_sessions(now: datetime) -> int:
    """Delete those whose time is over anyway; answers how many."""
    gone = delete(EndedSession).where(EndedSession.ended_at < now - rules.AT_MOST_FOR)
    return len(db.session.execute(gone.returning(EndedSession.digest)).all())


def _checked(username: str, password: str, now: datetime) -> Staff | Refused:
    name = rules.username_as_kept(username)
    asked = select(Staff).where(Staff.username == name)
    staff = db.session.scalars(asked.with_for_update(key_share=True)).one_or_none()
    seconds = rules.seconds_left(staff.locked_until if staff else None, now)
    if seconds:
        return _locked_for(seconds)
    is_right = passwords.is_right(password, staff.password_hash if staff else None)
    if staff is None:
        return _bad_credentials()
    if not is_right or not staff.is_active:
        return _count_failure(staff, now)
    staff.failures, staff.locked_until = 0, None
    if passwords.is_outdated(staff.password_hash):
        staff.password_hash = passwords.digest(password)
    return staff


def _count_failure(staff: Staff, now: datetime) -> Refused:
    staff.failures += 1
    delay = rules.delay_after(staff.failures)
    if not delay:
        return _bad_credentials()
    staff.locked_until = now + delay
    _trace(staff.id, "locked", now, by="system", failures=staff.failures)
    return _locked_for(rules.seconds_left(staff.locked_until, now))


def _bad_credentials() -> Refused:
    return Invalid(BAD_CREDENTIALS, "Username or password is not right.")


def _locked_for(seconds: int) -> Refused:
    values = {"seconds": seconds, "minutes": -(-seconds // 60)}
    if seconds <= 90:
        words = N_("Too many wrong passwords. Try again in %(seconds)s seconds.")
    else:
        words = N_("Too many wrong passwords. Try again in %(minutes)s minutes.")
    return TooMany("locked", words, values=values)


def _trace(
    staff_id: int, kind: str, now: datetime, *, by: str | None = None, **facts: object
) -> None:
    subject = f"staff:{staff_id}"
    audit.record(by or subject, kind, subject, at=now, **facts)
