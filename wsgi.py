"""The composition root: the only module that knows every package.

One screen tells how the house hangs together: which pages and APIs there are, who reads which
fact, which parts a ticket's page has, what runs when. Nothing is decided here.
"""

from pathlib import Path
from zoneinfo import ZoneInfo

import click
from apiflask import APIFlask

from callbacks import api as callbacks_api
from callbacks import badges as callbacks_badges
from callbacks import jobs as callbacks_jobs
from callbacks import parts as callbacks_parts
from callbacks import readers as callbacks_readers
from callbacks import stop_views, voice_calls, voice_hearing
from callbacks import tracked as callbacks_tracked
from callbacks import views as callbacks_views
from callbacks.windows import CallbackRules
from demo import cli as demo_cli
from dispatch import badges as dispatch_badges
from dispatch import catalogue
from dispatch import rooms as dispatch
from dispatch.forms import DeskFilter, UnitFilter
from dispatch.routing import RoutingRules
from dispatch.rules import ReturnRules
from dispatch.second_level_rules import ApprovalRules
from dispatch.time_rules import TimeRules
from hotline import assembly, commands, events
from hotline import rooms as hotline
from hotline.access import Permission
from hotline.attachments import uploads
from hotline.calls.carrying_rules import CarryingRules
from hotline.calls.flows import Flow
from hotline.calls.rules import CallRules
from hotline.config import Config, ConfigError
from hotline.extensions import csrf
from hotline.messages.rules import MessageRules
from hotline.people import sessions
from hotline.people.rule_sheet import RuleSheet
from hotline.portal.doors import Door
from hotline.templating import NavItem
from hotline.tickets import badges, filters, parts, recalendar, turns
from hotline.tickets import views as tickets_views
from hotline.tickets.clock_table import ClockRules
from hotline.tickets.filters import FilteredPage
from hotline.tickets.list_forms import ListForm, TabForm
from hotline.tickets.states import State
from hotline.tickets.uncovering import UncoverRules
from hotline.words import N_
from kb import api as kb_api
from kb import cli as kb_cli
from kb import crawling as kb_crawling
from kb import file_views as kb_file_views
from kb import files as kb_files
from kb import fragments as kb_fragments
from kb import jobs as kb_jobs
from kb import life_api as kb_life_api
from kb import poster_views as kb_poster_views
from kb import queries as kb_queries
from kb import revision_views as kb_revision_views
from kb import suggesting as kb_suggesting
from kb import transfer_views as kb_transfer_views
from kb import views as kb_views
from kb.rules import ArticleRules
from kb.search import cli as kb_search_cli
from kb.use import api as kb_use_api
from kb.use import jobs as kb_use_jobs
from kb.use import learning_views as kb_learning
from kb.use import noting as kb_noting
from kb.use import parts as kb_use_parts
from kb.use import public_views as kb_public
from kb.use import readers as kb_use_readers
from kb.use.rules import LearningRules
from phonebooth import serve as booth
from phonebooth.settings import BoothSettings
from supervision import api as supervision_api
from supervision import article_warnings, warning_views
from supervision import badges as supervision_badges
from supervision import jobs as supervision_jobs
from supervision import parts as supervision_parts
from supervision import readers as supervision_readers
from supervision import views as supervision_views
from supervision.rules import ReminderRules
from webhooks import late_jobs, voice
from webhooks import views as webhooks

ROOT = Path(__file__).parent
PACKAGES = ("hotline", "kb", "dispatch", "callbacks", "supervision", "webhooks")
PAGES = (
    *hotline.PAGES,
    *dispatch.PAGES,
    callbacks_views.bp,
    callbacks_tracked.bp,
    stop_views.bp,
    supervision_views.bp,
    warning_views.bp,
    kb_views.bp,
    kb_fragments.bp,
    kb_learning.bp,
    kb_public.bp,
    kb_revision_views.bp,
    kb_poster_views.bp,
    kb_transfer_views.bp,
    kb_file_views.bp,
    kb_crawling.bp,
)
APIS = (
    *hotline.APIS,
    *dispatch.APIS,
    callbacks_api.api_bp,
    supervision_api.api_bp,
    kb_api.api_bp,
    kb_use_api.api_bp,
    kb_life_api.api_bp,
)
WEBHOOKS = (webhooks.bp, voice.bp)
READERS: list[events.Reader] = [
    *hotline.READERS,
    *dispatch.READERS,
    *callbacks_readers.READERS,
    *supervision_readers.READERS,
    *kb_use_readers.READERS,
]
CALL_FLOWS: dict[str, Flow] = {voice_calls.FLOW: voice_hearing.CallbackFlow()}
PARTS: list[parts.Part] = [
    *hotline.PARTS,
    *dispatch.PARTS,
    *callbacks_parts.PARTS,
    *supervision_parts.PARTS,
    *kb_use_parts.PARTS,
    *hotline.LAST_PARTS,
]
SCHEDULE = [
    *hotline.SCHEDULE,
    *dispatch.SCHEDULE,
    *callbacks_jobs.SCHEDULE,
    *supervision_jobs.SCHEDULE,
    *kb_jobs.SCHEDULE,
    *kb_use_jobs.SCHEDULE,
    *late_jobs.SCHEDULE,
]
TRUTHS = {**hotline.TRUTHS, **dispatch.TRUTHS}
COMMANDS: list[click.Command] = [
    *hotline.COMMANDS,
    *dispatch.COMMANDS,
    kb_cli.import_kb,
    kb_search_cli.kb_group,
    demo_cli.seed,
]
TO_SORT = badges.waiting_in(State.RECEIVED)
TO_DISPATCH = badges.waiting_in(State.PENDING_DISPATCH)
TO_REVIEW = dispatch_badges.to_review
TO_DO, TO_CALL = dispatch_badges.to_do, callbacks_badges.to_call
TO_DECIDE = callbacks_badges.to_decide
UNOPENED = supervision_badges.unopened
NAVIGATION = [
    NavItem("console.page", N_("Console"), Permission.INTAKE, "headset", TO_SORT),
    NavItem("dispatch.page", N_("Dispatch"), Permission.DISPATCH, "send", TO_DISPATCH),
    NavItem("dispatch.reviews", N_("Review"), Permission.REVIEW, "clipboard-check", TO_REVIEW),
    NavItem("dispatch.unit_page", N_("Our tickets"), Permission.HANDLE, "clipboard-list", TO_DO),
    NavItem("callbacks.page", N_("Callbacks"), Permission.CALLBACK, "phone-call", TO_CALL),
    NavItem("callbacks.decisions", N_("Redo to be decided"), Permission.REVIEW, "gavel", TO_DECIDE),
    NavItem("calls.page", N_("Calls"), Permission.READ_CALLS, "phone"),
    NavItem("supervision.page", N_("Supervision"), Permission.SUPERVISE, "report-analytics"),
    NavItem("warnings.page", N_("Warnings"), Permission.WATCH, "flag", UNOPENED),
    NavItem("followups.page", N_("Follow-ups"), Permission.FOLLOW, "eye"),
    NavItem("tickets.search", N_("Search"), Permission.READ, "search"),
    NavItem("kb.page", N_("Knowledge"), Permission.READ_KNOWLEDGE, "book"),
    NavItem("notices.page", N_("Outages"), Permission.READ, "bell"),
    NavItem("modes.page", N_("Emergency mode"), Permission.ALARM, "alert-triangle"),
    NavItem("people.admin", N_("Administration"), Permission.ADMINISTER, "settings"),
]
DOORS = [Door("kb.answers", N_("Frequent questions"), N_("What is asked most, answered."), "book")]
ADMIN_PAGES = [
    ("people.admin", N_("Staff")),
    ("people.unit_list", N_("Units")),
    ("dispatch_admin.catalogue", N_("Categories")),
    ("lines.page", N_("Lines")),
    ("calendar.page", N_("Working calendar")),
    ("people.settings_page", N_("Rules")),
    ("people.tokens", N_("API tokens")),
    ("people.traces", N_("Audit")),
    ("people.system", N_("System")),
]
RULE_SHEETS = [
    RuleSheet(ClockRules, N_("Clocks and lamps")),
    RuleSheet(ReturnRules, N_("Returns")),
    RuleSheet(TimeRules, N_("Extensions, suspensions, promises")),
    RuleSheet(ApprovalRules, N_("Replies approved by the head of the unit")),
    RuleSheet(RoutingRules, N_("Routes")),
    RuleSheet(CallbackRules, N_("Callbacks")),
    RuleSheet(ReminderRules, N_("Reminders")),
    RuleSheet(ArticleRules, N_("Knowledge")),
    RuleSheet(MessageRules, N_("Texts")),
    RuleSheet(CallRules, N_("Calls")),
    RuleSheet(CarryingRules, N_("Calls at the carrier")),
    RuleSheet(UncoverRules, N_("Personal data")),
    RuleSheet(LearningRules, N_("Learning of the knowledge base")),
]
FILTERED = [
    FilteredPage("search", "tickets.search", ListForm),
    FilteredPage("dispatch", "dispatch.page", DeskFilter),
    FilteredPage("reviews", "dispatch.reviews", DeskFilter),
    FilteredPage("unit", "dispatch.unit_page", UnitFilter),
    FilteredPage("callbacks", "callbacks.page", TabForm),
]


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
    folders = [str(ROOT / package / "translations") for package in PACKAGES]
    assembly.configure(app, config, folders)
    assembly.extend(app, config, str(ROOT / "migrations"))
    sessions.init(app)
    uploads.init(app)
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
        sound_script=ROOT / "hotline/static/js/booth_sound.js",
    )
    booth.run(config.bind, config.port + 1, settings)


def _open_rooms(app: APIFlask) -> None:
    for page in PAGES:
        app.register_blueprint(page)
    for machine in (*APIS, *WEBHOOKS):
        csrf.exempt(machine)
        app.register_blueprint(machine)
    readers = events.Readers()
    readers.add(READERS)
    readers.light |= hotline.LIGHT_READERS
    app.extensions["readers"] = readers
    app.extensions["after_relay"] = hotline.AFTER_RELAY
    events.before_commit(hotline.BEFORE_COMMIT)
    app.extensions["schedule"] = SCHEDULE
    app.extensions["call_flows"] = CALL_FLOWS
    app.extensions["truths"] = TRUTHS
    app.extensions["navigation"] = NAVIGATION
    filters.register(app, FILTERED)
    app.extensions["ticket_page"] = tickets_views.show
    app.extensions["instead"] = turns.instead
    app.extensions["reply_panels"] = ["kb/_panel.html"]
    app.extensions["unit_panels"] = ["supervision/_unit_panel.html"]
    app.extensions["line_panels"] = [stop_views.PANEL]
    app.extensions["console_panels"] = ["kb/_panel.html"]
    app.extensions["callback_panels"] = ["kb/_panel.html"]
    app.extensions["article_version"] = kb_queries.version_of
    app.extensions["category_units"] = catalogue.unit_names
    app.extensions["doors"] = DOORS
    app.extensions["article_reminders"] = article_warnings.tell
    app.extensions["file_owners"] = [kb_files.known_names]
    app.extensions["report_answers"] = kb_suggesting.answers
    app.extensions["report_settled"] = kb_suggesting.settled
    app.extensions["report_visit"] = kb_noting.new_mark
    app.extensions["citizen_rating"] = callbacks_tracked.rating_of
    app.extensions["admin_pages"] = ADMIN_PAGES
    app.extensions["calendar_effect"] = recalendar.counting_with
    app.extensions["rule_sheets"] = RULE_SHEETS
    parts.register(app, PARTS)
    commands.register(app)
    for command in (*COMMANDS, run_phonebooth):
        app.cli.add_command(command)
