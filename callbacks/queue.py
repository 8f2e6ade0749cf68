"""The callback queue: who is to be called and why, who has a text, what was answered."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext

from callbacks import desk, lists, turns
from callbacks.windows import CallbackRules
from hotline import access, clock, fields, settings
from hotline.access import Permission
from hotline.errors import MadeUp
from hotline.tickets.list_forms import TabForm

CURSOR = "cursor"


def shown() -> str:
    """The list that the query string names, narrowed by its filters. Raises MadeUp."""
    viewer, now, numbers = access.current(), clock.now(), settings.read(CallbackRules)
    wanted = fields.asked(TabForm)
    tab = lists.DESK.get(wanted.tab or lists.CALLS.name)
    if tab is None:
        raise MadeUp("unknown_value", "This filter is not one of ours.", field="tab")
    found = lists.page(viewer, tab, wanted.cursor, wanted)
    given = {name: value for name, value in request.args.items() if value}
    return render_template(
        "callbacks/page.html",
        found=found,
        turns={one.plan.id: turns.of(one.plan, now, numbers) for one in found.items},
        tab=tab.name,
        tabs=tabs(tab.name),
        kept={name: value for name, value in given.items() if name != CURSOR},
        filters=fields.PageForm(TabForm, None, **given),
        is_first=not wanted.cursor,
        hours=desk.hours(now, numbers),
        next_number=lists.next_due(viewer, now) if tab is lists.CALLS else None,
    )


def next_address() -> str:
    """Where the next call is; the list, with a sentence, when nobody is to be called now."""
    now = clock.now()
    hours = desk.hours(now, settings.read(CallbackRules))
    number = lists.next_due(access.current(), now) if hours.are_open else None
    if number is None:
        flash(gettext("Nobody else is to be called right now."), "success")
        return url_for("callbacks.page")
    return url_for("callbacks.call", number=number)


def tabs(active: str) -> list[tuple[str, str, bool, None]]:
    """The lists that the viewer works through."""
    viewer = access.current()
    every = (
        ("calls", Permission.CALLBACK, url_for("callbacks.page"), gettext("To call")),
        (
            "texts",
            Permission.CALLBACK,
            url_for("callbacks.page", tab="texts"),
            gettext("Waiting for an answer by text"),
        ),
        (
            "answers",
            Permission.CALLBACK,
            url_for("callbacks.page", tab="answers"),
            gettext("Answered"),
        ),
        (
            "decisions",
            Permission.REVIEW,
            url_for("callbacks.decisions"),
            gettext("Redo to be decided"),
        ),
    )
    return [
        (url, words, name == active, None)
        for name, permission, url, words in every
        if viewer.may(permission)
    ]
