"""Reports and texts that came while nothing could be stored: kept in files, taken in afterwards.

Decided here: one file a request, on the disk before the carrier hears that it was taken; told
again meanwhile, it is one. They are replayed in the order they came, with their own time; the
doors take anything twice, so that a replay that was broken off begins anew. What was said lies
encrypted: only what was signed gets in here. Not here: calls that come in (`voice_fallback`).
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import ParamSpec
from urllib.parse import urlencode

import structlog
from flask import Response, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from hotline import clock, crypto
from hotline.calls import spooling

FOLDER = Path("spool") / "reports"
ENDING, BROKEN = spooling.ENDING, spooling.BROKEN
AWAY = (DBAPIError, NoConnection)

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Kept:
    """A request as it came."""

    address: str
    kind: str
    body: str
    at: datetime

    @property
    def path(self) -> str:
        """The address without its query."""
        return self.address.partition("?")[0]


def kept_when_away(answer: Response) -> Callable[[View[P]], View[P]]:
    """Keep what can't be stored now, and answer as if it had been. Raises OSError."""

    def door(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            try:
                return view(*args, **kwargs)
            except AWAY:
                log.exception("webhook.database_away", path=request.path)
                keep(folder(), clock.now())
            return Response(answer.get_data(), answer.status, mimetype=answer.mimetype)

        return guarded

    return door


def folder() -> Path:
    """Where they lie."""
    var_dir: Path = current_app.extensions["config"].var_dir
    return var_dir / FOLDER


def keep(place: Path, at: datetime) -> None:
    """Put this request on the disk. Raises OSError."""
    body = request.get_data(cache=True, as_text=True)
    body = body or urlencode(list(request.form.items(multi=True)))
    address = request.full_path if request.query_string else request.path
    digest = hashlib.sha256(f"{address}\n{body}".encode()).hexdigest()[:40]
    if any(place.glob(f"*-{digest}{ENDING}")):
        return
    said = {"address": address, "kind": request.content_type or "", "body": body}
    words = {"at": at.isoformat(), "said": crypto.encrypt(json.dumps(said)).decode()}
    stamp = int(at.timestamp() * 1_000_000)
    spooling.put(place / f"{stamp:020d}-{digest}{ENDING}", json.dumps(words))


def waiting(place: Path) -> Iterator[Path]:
    """The files that are there, in the order they came."""
    yield from sorted(place.glob(f"[!.]*{ENDING}"))


def read(path: Path) -> Kept:
    """What was kept. Raises ValueError, KeyError or InvalidToken for what nobody can read."""
    held = json.loads(path.read_text(encoding="utf-8"))
    said = json.loads(crypto.decrypt(held["said"].encode()))
    at = datetime.fromisoformat(held["at"])
    return Kept(str(said["address"]), str(said["kind"]), str(said["body"]), at)
