"""The technical half of putting the application together: settings, extensions, headers.

Decided here: what browsers may load, how connections behave, which language a request speaks. Not
here: which rooms there are and how they hang together (`wsgi`).
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlsplit

from apiflask import APIFlask
from flask import has_request_context, session
from flask_talisman import Talisman
from sqlalchemy.exc import DBAPIError
from werkzeug.routing import IntegerConverter

from hotline import access, faults, fields, http, logs, templating
from hotline.carrier import Carrier
from hotline.config import Config, parse_field_keys
from hotline.crypto import KeyRing
from hotline.environment import STAND_IN
from hotline.extensions import babel, csrf, db, limiter, login, migrate

CSP: dict[str, str | list[str]] = {
    "default-src": "'self'",
    "img-src": ["'self'", "data:"],
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
SDK_SOUNDS = "https://sdk.twilio.com"
SDK_HOSTS = ("https://*.twilio.com", "wss://*.twilio.com", "https://media.twiliocdn.com")
"""What the carrier's voice SDK opens: signalling, its reports, its sounds."""
LARGEST_REQUEST = 2 * 1024 * 1024
LARGEST_NUMBER = 2**63 - 1
ENGINE = {
    "pool_size": 20,
    "max_overflow": 60,
    "pool_pre_ping": True,
    "hide_parameters": True,  # an error's text goes to the log; citizens' words don't
}
REDIS_OPTIONS = {"socket_connect_timeout": 0.2, "socket_timeout": 0.5}


class Number(IntegerConverter):
    """A number in an address, as large as the database's at most: a larger one leads nowhere."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **({"max": LARGEST_NUMBER} | named))


def configure(app: APIFlask, config: Config, translations: Iterable[str]) -> None:
    """Lay the environment's settings over Flask's; `translations` are the catalogues' folders."""
    is_https = config.public_base_url.startswith("https:")
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=ENGINE,
        REDIS_URL=config.redis_url,
        PUBLIC_BASE_URL=config.public_base_url,
        HOTLINE_NUMBER=config.hotline_number,
        CITY_TIMEZONE=config.city_timezone,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_https,
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        WTF_CSRF_SSL_STRICT=is_https,
        RATELIMIT_STORAGE_URI=_limits_at(config.redis_url),
        RATELIMIT_STORAGE_OPTIONS=REDIS_OPTIONS,
        BABEL_DEFAULT_LOCALE="zh_CN",
        BABEL_DEFAULT_TIMEZONE=config.city_timezone,
        BABEL_TRANSLATION_DIRECTORIES=";".join(translations),
        OPENAPI_VERSION="3.1.0",
        IS_PRODUCTION=config.is_production,
        MAP_TILES=config.map_tiles or "",
        MAP_ATTRIBUTION=config.map_attribution,
    )
    app.url_map.converters["int"] = Number
    app.extensions["config"] = config
    app.extensions["key_ring"] = KeyRing(parse_field_keys(config.field_keys))
    app.extensions["carrier"] = Carrier.from_config(config)


def extend(app: APIFlask, config: Config, migrations: str) -> None:
    """Bind the shared objects, the headers, the words and the errors to the application."""
    logs.configure(app)
    db.init_app(app)
    migrate.init_app(app, db, directory=migrations, compare_type=True)
    csrf.init_app(app)
    login.init_app(app)
    limiter.init_app(app)
    babel.init_app(app, locale_selector=_locale)
    is_https = config.public_base_url.startswith("https:")
    Talisman(
        app,
        content_security_policy=_csp(config),
        force_https=is_https,
        strict_transport_security=is_https,
        session_cookie_secure=is_https,
        session_cookie_samesite="Lax",
    )
    templating.init(app)
    faults.init(app)
    app.jinja_env.globals.update(nonce=http.nonce, kept=fields.kept)


def _locale() -> str:
    if not has_request_context():
        return "zh_CN"
    try:
        viewer = access.viewer()
    except DBAPIError:
        viewer = None
    if viewer is not None:
        return viewer.locale
    return str(session.get("language", "zh_CN"))


def _csp(config: Config) -> dict[str, str | list[str]]:
    """The policy, the one host that the map's pictures may come from, and the phone's."""
    policy = CSP | _phone_hosts(config)
    if config.map_tiles is None:
        return policy
    parts = urlsplit(config.map_tiles)
    return policy | {"img-src": [*CSP["img-src"], f"{parts.scheme}://{parts.netloc}"]}


def _phone_hosts(config: Config) -> dict[str, str | list[str]]:
    """Whom an operator's phone in the browser speaks with: the carrier, and nobody without one."""
    if config.carrier == "twilio":
        return {"connect-src": ["'self'", *SDK_HOSTS], "media-src": ["'self'", "blob:", SDK_SOUNDS]}
    if config.carrier == STAND_IN and config.twilio_api_base_url:
        return {"connect-src": ["'self'", config.twilio_api_base_url]}
    return {}


def _limits_at(redis_url: str) -> str:
    """Flask-Limiter's spelling of the Redis address."""
    if redis_url.startswith("unix://"):
        return "redis+unix://" + quote(redis_url.removeprefix("unix://"), safe="/?=&")
    return redis_url
