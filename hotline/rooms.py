"""What the rooms of the hotline open: their pages, APIs, readers, schedules and commands.

Nothing is decided here; the composition root puts it beside what the other packages open.
"""

import click

from hotline import draft_pages, drafts, health, live_streams
from hotline.attachments import api as attachments_api
from hotline.attachments import jobs as attachments_jobs
from hotline.attachments import parts as attachments_parts
from hotline.attachments import views as attachments_views
from hotline.calendar import api as calendar_api
from hotline.calendar import cli as calendar_cli
from hotline.calendar import jobs as calendar_jobs
from hotline.calls import (
    board_views,
    exchange_api,
    figure_views,
    line_views,
    log_views,
    recording_jobs,
    recording_views,
    seat_api,
    seat_views,
    spool_jobs,
)
from hotline.calls import cli as calls_cli
from hotline.calls import history as calls_history
from hotline.calls import parts as calls_parts
from hotline.console import views as console_views
from hotline.messages import jobs as messages_jobs
from hotline.messages import parts as messages_parts
from hotline.messages import readers as messages_readers
from hotline.notices import readers as notices_readers
from hotline.notices import views as notices_views
from hotline.people import admin_calendar, admin_hours, standing_in_views
from hotline.people import api as people_api
from hotline.people import cli as people_cli
from hotline.people import jobs as people_jobs
from hotline.people import views as people_views
from hotline.portal import api_docs
from hotline.portal import views as portal_views
from hotline.tickets import api as tickets_api
from hotline.tickets import cli as tickets_cli
from hotline.tickets import (
    export_views,
    followup_views,
    list_views,
    mode_views,
    objection_views,
    presence_views,
    question_parts,
    recalendar_jobs,
    rescue_parts,
    rescue_views,
    sheets,
)
from hotline.tickets import jobs as tickets_jobs
from hotline.tickets import queries as tickets
from hotline.tickets import readers as tickets_readers
from hotline.tickets import views as tickets_views
from hotline.tickets.parts import Part

PAGES = (
    health.bp,
    live_streams.bp,
    presence_views.bp,
    draft_pages.bp,
    portal_views.bp,
    api_docs.bp,
    people_views.bp,
    standing_in_views.bp,
    admin_calendar.bp,
    admin_hours.bp,
    console_views.bp,
    seat_views.bp,
    tickets_views.bp,
    rescue_views.bp,
    objection_views.bp,
    followup_views.bp,
    mode_views.bp,
    sheets.bp,
    attachments_views.bp,
    list_views.bp,
    export_views.bp,
    notices_views.bp,
    messages_parts.bp,
    board_views.bp,
    figure_views.bp,
    line_views.bp,
    log_views.bp,
    recording_views.bp,
)
APIS = (
    people_api.api_bp,
    tickets_api.api_bp,
    rescue_views.api_bp,
    objection_views.api_bp,
    attachments_api.api_bp,
    calendar_api.api_bp,
    seat_api.api_bp,
    exchange_api.api_bp,
    figure_views.api_bp,
    line_views.api_bp,
)
READERS = [
    *tickets_readers.READERS,
    *recalendar_jobs.READERS,
    *messages_readers.READERS,
    *notices_readers.READERS,
    *calls_history.READERS,
    *recording_jobs.READERS,
]
LIGHT_READERS = tickets_readers.LIGHT | calls_history.LIGHT | recording_jobs.LIGHT
BEFORE_COMMIT = [calls_history.publish_changed]
AFTER_RELAY = [tickets_readers.tell, calls_history.tell]
PARTS: list[Part] = [
    *attachments_parts.PARTS,
    *rescue_parts.PARTS,
    *question_parts.PARTS,
    *objection_views.PARTS,
    *calls_parts.PARTS,
]
LAST_PARTS: list[Part] = messages_parts.PARTS
"""What stands below everything that the other packages add to a ticket."""
SCHEDULE = [
    *drafts.SCHEDULE,
    *tickets_jobs.SCHEDULE,
    *recalendar_jobs.SCHEDULE,
    *calendar_jobs.SCHEDULE,
    *people_jobs.SCHEDULE,
    *attachments_jobs.SCHEDULE,
    *messages_jobs.SCHEDULE,
    *recording_jobs.SCHEDULE,
    *spool_jobs.SCHEDULE,
]
TRUTHS = tickets.TRUTHS
COMMANDS: list[click.Command] = [
    tickets_cli.audit_group,
    tickets_cli.import_tickets,
    calendar_cli.calendar_group,
    people_cli.staff_group,
    people_cli.api_token,
    calls_cli.run_switchboard,
]
