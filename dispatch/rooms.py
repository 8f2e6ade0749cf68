"""What dispatch opens: its pages, APIs, readers, parts of a ticket, schedule and command."""

from dispatch import (
    admin_views,
    api,
    changing_views,
    cli,
    following,
    jobs,
    joint_api,
    joint_views,
    merging_parts,
    merging_views,
    parts,
    queries,
    questioning_views,
    readers,
    second_level_api,
    second_level_parts,
    second_level_views,
    time_api,
    time_parts,
    time_records,
    time_views,
    views,
)

PAGES = (
    views.bp,
    time_views.bp,
    second_level_views.bp,
    merging_views.bp,
    joint_views.bp,
    changing_views.bp,
    questioning_views.bp,
    admin_views.bp,
)
APIS = (
    api.api_bp,
    second_level_api.api_bp,
    time_api.api_bp,
    merging_views.api_bp,
    joint_api.api_bp,
    changing_views.api_bp,
    questioning_views.api_bp,
)
READERS = [*readers.READERS, *following.READERS]
PARTS = [*merging_parts.PARTS, *parts.PARTS, *second_level_parts.PARTS, *time_parts.PARTS]
SCHEDULE = jobs.SCHEDULE
TRUTHS = {**queries.TRUTHS, **time_records.TRUTHS}
COMMANDS = [cli.import_catalogue]
