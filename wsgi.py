"""The composition root: the only module that knows every package.

One screen tells how the house hangs together: which pages and APIs there are, who reads which
fact, which parts a ticket's page has, what runs when. Nothing is decided here.
"""

from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

import click
from apiflask import APIFlask
from flask import has_request_context, session
from flask_talisman import Talisman
from sqlalchemy.exc import DBAPIError

from callbacks import api as callbacks_api
from callbacks import badges as callbacks_badges
from callbacks import jobs as callbacks_jobs
from callbacks import parts as callbacks_parts
from callbacks import readers as callbacks_readers
from callbacks import views as callbacks_views
from demo import cli as demo_cli
from dispatch import api as dispatch_api
from dispatch import badges as dispatch_badges
from dispatch import cli as dispatch_cli
from dispatch import parts as dispatch_parts
from dispatch import queries as dispatch_queries
from dispatch import readers as dispatch_readers
from dispatch import views as dispatch_views
from hotline import (
    access,
    commands,
    draft_pages,
    drafts,
    events,
    faults,
    fields,
    health,
    http,
    live_streams,
    logs,
    templating,
)
from hotline.access import Permission
from hotline.attachments import api as attachments_api
from hotline.attachments import jobs as attachments_jobs
from hotline.attachments import parts as attachments_parts
from hotline.attachments import uploads
from hotline.attachments import views as attachments_views
from hotline.calendar import api as calendar_api
from hotline.calendar import cli as calendar_cli
from hotline.calendar import jobs as calendar_jobs
from hotline.carrier import Carrier
from hotline.config import Config, ConfigError, parse_field_keys
from hotline.console import views as console_views
from hotline.crypto import KeyRing
from hotline.extensions import babel, csrf, db, limiter, login, migrate
from hotline.messages import jobs as messages_jobs
from hotline.messages import parts as messages_parts
from hotline.messages import readers as messages_readers
from hotline.notices import views as notices_views
from hotline.people import api as people_api
from hotline.people import cli as people_cli
from hotline.people import jobs as people_jobs
from hotline.people import sessions
from hotline.people import views as people_views
from hotline.portal import api_docs
from hotline.portal import views as portal_views
from hotline.portal.doors import Door
from hotline.templating import NavItem
from hotline.tickets import api as tickets_api
from hotline.tickets import badges, filters, list_views, parts, presence_views
from hotline.tickets import cli as tickets_cli
from hotline.tickets import jobs as tickets_jobs
from hotline.tickets import queries as tickets
from hotline.tickets import sheets
from hotline.tickets import readers as tickets_readers
from hotline.tickets import views as tickets_views
from hotline.tickets.filters import FilteredPage
from hotline.tickets.list_forms import ListForm, TabForm
from hotline.tickets.states import State
from hotline.words import N_
from kb import api as kb_api
from kb import cli as kb_cli
from kb import fragments as kb_fragments
from kb import views as kb_views
from phonebooth import serve as booth
from phonebooth.settings import BoothSettings
from webhooks import views as webhooks

ROOT = Path(__file__).parent
PACKAGES = ("hotline", "kb", "dispatch", "callbacks", "webhooks")
PAGES = (
    health.bp,
    live_streams.bp,
    presence_views.bp,
    draft_pages.bp,
    portal_views.bp,
    api_docs.bp,
    people_views.bp,
    console_views.bp,
    tickets_views.bp,
    sheets.bp,
    attachments_views.bp,
    list_views.bp,
    notices_views.bp,
    dispatch_views.bp,
    callbacks_views.bp,
    kb_views.bp,
    kb_fragments.bp,
    messages_parts.bp,
)
APIS = (
    people_api.api_bp,
    tickets_api.api_bp,
    attachments_api.api_bp,
    calendar_api.api_bp,
    dispatch_api.api_bp,
    callbacks_api.api_bp,
    kb_api.api_bp,
)
WEBHOOKS = (webhooks.bp,)
READERS: list[events.Reader] = [
    *tickets_readers.READERS,
    *dispatch_readers.READERS,
    *messages_readers.READERS,
    *callbacks_readers.READERS,
]
PARTS: list[parts.Part] = [
    *attachments_parts.PARTS,
    *dispatch_parts.PARTS,
    *callbacks_parts.PARTS,
    *messages_parts.PARTS,
]
SCHEDULE = [
    *drafts.SCHEDULE,
    *tickets_jobs.SCHEDULE,
    *calendar_jobs.SCHEDULE,
    *people_jobs.SCHEDULE,
    *attachments_jobs.SCHEDULE,
    *messages_jobs.SCHEDULE,
    *callbacks_jobs.SCHEDULE,
]
TRUTHS = {**tickets.TRUTHS, **dispatch_queries.TRUTHS}
COMMANDS: list[click.Command] = [
    tickets_cli.audit_group,
    tickets_cli.import_tickets,
    calendar_cli.calendar_group,
    people_cli.staff_group,
    people_cli.api_token,
    dispatch_cli.import_catalogue,
    kb_cli.import_kb,
    demo_cli.seed,
]
TO_SORT = badges.waiting_in(State.RECEIVED)
TO_DISPATCH = badges.waiting_in(State.PENDING_DISPATCH)
TO_REVIEW = badges.waiting_in(State.IN_REVIEW, State.RETURN_REQUESTED)
TO_DO, TO_CALL = dispatch_badges.to_do, callbacks_badges.to_call
TO_DECIDE = callbacks_badges.to_decide
NAVIGATION = [
    NavItem("console.page", N_("Console"), Permission.INTAKE, "headset", TO_SORT),
    NavItem("dispatch.page", N_("Dispatch"), Permission.DISPATCH, "send", TO_DISPATCH),
    NavItem("dispatch.reviews", N_("Review"), Permission.REVIEW, "clipboard-check", TO_REVIEW),
    NavItem("dispatch.unit_page", N_("Our tickets"), Permission.HANDLE, "clipboard-list", TO_DO),
    NavItem("callbacks.page", N_("Callbacks"), Permission.CALLBACK, "phone-call", TO_CALL),
    NavItem("callbacks.decisions", N_("Redo to be decided"), Permission.REVIEW, "gavel", TO_DECIDE),
    NavItem("notices.page", N_("Outages"), Permission.READ, "bell"),
    NavItem("kb.page", N_("Knowledge"), Permission.READ_KNOWLEDGE, "book"),
    NavItem("tickets.search", N_("Search"), Permission.READ, "search"),
    NavItem("people.admin", N_("Administration"), Permission.ADMINISTER, "settings"),
]
DOORS = [Door("kb.answers", N_("Frequent questions"), N_("What is asked most, answered."), "book")]
FILTERED = [
    FilteredPage("search", "tickets.search", ListForm),
    FilteredPage("dispatch", "dispatch.page", TabForm),
    FilteredPage("reviews", "dispatch.reviews", TabForm),
    FilteredPage("unit", "dispatch.unit_page", TabForm),
    FilteredPage("callbacks", "callbacks.page", TabForm),
]
CSP = {
    "default-src": "'self'",
    "img-src": ["'self'", "data:"],
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
LARGEST_REQUEST = 2 * 1024 * 1024
ENGINE = {
    "pool_size": 20,
    "max_overflow": 60,
    "pool_pre_ping": True,
    "hide_parameters": True,  # an error's text goes to the log; citizens' words don't
}
REDIS_OPTIONS = {"socket_connect_timeout": 0.2, "socket_timeout": 0.5}


def create_app(config: Config | None = None) -> APIFlask:
    """Build the application from the environment's settings; a wrong one ends the command."""
    try:
        config = config or Config.load()
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    app = APIFlask(
        "hotline",
        title="12345 hotline",
        version="1",
        docs_path=None,
        spec_path="/api/openapi.json",
        root_path=str(ROOT / "hotline"),
    )
    _configure(app, config)
    _extend(app, config)
    _open_rooms(app)
    return app


@click.command("phonebooth")
def run_phonebooth() -> None:
    """Serve a citizen's phone to try the hotline with, beside it at PORT + 1."""
    config = Config.load()
    settings = BoothSettings(
        account_sid=config.twilio_account_sid,
        auth_token=config.twilio_auth_token,
        hotline_url=config.public_base_url,
        hotline_number=config.hotline_number,
        api_key=config.twilio_api_key or "",
        api_secret=config.twilio_api_secret or "",
        timezone=ZoneInfo(config.city_timezone),
    )
    booth.run(config.bind, config.port + 1, settings)


def _configure(app: APIFlask, config: Config) -> None:
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
        BABEL_TRANSLATION_DIRECTORIES=";".join(str(ROOT / p / "translations") for p in PACKAGES),
        OPENAPI_VERSION="3.1.0",
        IS_PRODUCTION=config.is_production,
    )
    app.extensions["config"] = config
    app.extensions["key_ring"] = KeyRing(parse_field_keys(config.field_keys))
    app.extensions["carrier"] = Carrier.from_config(config)


def _extend(app: APIFlask, config: Config) -> None:
    logs.configure(app)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), compare_type=True)
    csrf.init_app(app)
    login.init_app(app)
    limiter.init_app(app)
    babel.init_app(app, locale_selector=_locale)
    is_https = config.public_base_url.startswith("https:")
    Talisman(
        app,
        content_security_policy=CSP,
        force_https=is_https,
        strict_transport_security=is_https,
        session_cookie_secure=is_https,
        session_cookie_samesite="Lax",
    )
    sessions.init(app)
    templating.init(app)
    uploads.init(app)
    faults.init(app)
    app.jinja_env.globals.update(nonce=http.nonce, kept=fields.kept)


def _open_rooms(app: APIFlask) -> None:
    for page in PAGES:
        app.register_blueprint(page)
    for machine in (*APIS, *WEBHOOKS):
        csrf.exempt(machine)
        app.register_blueprint(machine)
    readers = events.Readers()
    readers.add(READERS)
    readers.light |= tickets_readers.LIGHT
    app.extensions["readers"] = readers
    app.extensions["after_relay"] = [tickets_readers.tell]
    app.extensions["schedule"] = SCHEDULE
    app.extensions["truths"] = TRUTHS
    app.extensions["navigation"] = NAVIGATION
    filters.register(app, FILTERED)
    app.extensions["ticket_page"] = tickets_views.show
    app.extensions["console_panels"] = ["kb/_panel.html"]
    app.extensions["doors"] = DOORS
    parts.register(app, PARTS)
    commands.register(app)
    for command in (*COMMANDS, run_phonebooth):
        app.cli.add_command(command)


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


def _limits_at(redis_url: str) -> str:
    """Flask-Limiter's spelling of the Redis address."""
    if redis_url.startswith("unix://"):
        return "redis+unix://" + quote(redis_url.removeprefix("unix://"), safe="/?=&")
    return redis_url
