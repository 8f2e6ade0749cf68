"""Whether the system lives and is ready, for those who watch it from outside."""

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from redis import RedisError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hotline import access, clock, processes
from hotline.extensions import db
from hotline.redis import connect

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@access.public
def healthz() -> ResponseReturnValue:
    """This process lives."""
    return jsonify(status="ok")


@bp.get("/readyz")
@access.public
def readyz() -> ResponseReturnValue:
    """Database, Redis, relay, worker and clock are there; 503 names what is missing."""
    checks = {"database": _has_database(), "redis": _has_redis()}
    missing = processes.missing(clock.now()) if checks["database"] else list(processes.WANTED)
    checks |= {kind: kind not in missing for kind in processes.WANTED}
    is_ready = all(checks.values())
    words = {name: "ok" if is_there else "missing" for name, is_there in checks.items()}
    return jsonify(status="ready" if is_ready else "not ready", **words), 200 if is_ready else 503


def _has_database() -> bool:
    try:
        return bool(db.session.scalar(text("SELECT 1")))
    except DBAPIError:
        db.session.rollback()
        return False


def _has_redis() -> bool:
    try:
        return bool(connect(current_app.config["REDIS_URL"]).ping())
    except RedisError:
        return False
