"""The page of what lies inside a unit: for the unit by sub-unit, for a sub-unit its own list.

Decided here: whoever belongs to sub-units alone has this page instead of the unit's.
"""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from dispatch import pages, second_level_lists, second_level_parts
from dispatch import second_level_queries as queries
from dispatch.second_level_forms import InsideFilter, InsideTab
from dispatch.second_level_queries import Below
from dispatch.showing import Heading
from hotline import access, clock, fields
from hotline.access import Role
from hotline.labels import msgid
from hotline.people import standing_in
from hotline.tickets import queries as tickets
from hotline.words import N_

INSIDE = N_("Inside the unit")


def unit() -> ResponseReturnValue:
    """The unit's page; who belongs to sub-units alone is led to theirs."""
    below = queries.below(access.current().unit_ids)
    if below.units == 0 and access.current().unit_ids:
        return redirect(url_for("second_level.page"), 303)
    return pages.unit(_way_inside(below))


def inside() -> str:
    """What lies with which sub-unit, and the replies that wait for the head."""
    viewer = access.current()
    query = {name: value for name, value in request.args.items() if value}
    wanted = pages.checked(InsideFilter, query)
    below = queries.below(viewer.unit_ids)
    is_approval = wanted.tab is InsideTab.APPROVE
    read = second_level_lists.to_approve if is_approval else second_level_lists.handed_down
    found = read(viewer, wanted)
    loads = second_level_lists.loads(viewer)
    load = second_level_parts.submitted if is_approval else second_level_parts.handdowns
    return render_template(
        "dispatch/inside.html",
        found=found,
        shown=wanted,
        contents=load(found.items, viewer),
        loads=loads,
        below=below,
        is_below=below.units == 0,
        tabs=_tabs(wanted, below, loads),
        districts=tickets.rulebook().districts,
        filters=fields.PageForm(InsideFilter, None, **query),
        query={name: value for name, value in query.items() if name != "cursor"},
        stand_ins=standing_in.in_office(viewer.unit_ids, clock.now()),
    )


def _way_inside(below: Below) -> list[Heading]:
    """The heading that leads from the unit's lists to what lies inside, where anything can."""
    if not below.sub_units and not below.waiting:
        return []
    tab = InsideTab.APPROVE if below.waiting and _heads() else InsideTab.TO_SIGN
    url = url_for("second_level.page", tab=tab.value)
    return [(url, gettext(INSIDE), False, below.handed_down + below.waiting)]


def _tabs(
    wanted: InsideFilter, below: Below, loads: list[second_level_lists.Load]
) -> list[Heading]:
    counts = {
        InsideTab.TO_SIGN: sum(one.to_sign for one in loads),
        InsideTab.IN_PROGRESS: sum(one.in_progress for one in loads),
        InsideTab.REPLIED: sum(one.replied for one in loads),
        InsideTab.APPROVE: below.waiting,
    }
    offered = [one for one in InsideTab if one is not InsideTab.APPROVE or below.units]
    return [
        (
            url_for("second_level.page", tab=one.value),
            gettext(msgid("inside_tab", one.value)),
            one is wanted.tab,
            counts[one],
        )
        for one in offered
    ]


def _heads() -> bool:
    return Role.UNIT_HEAD in access.current().roles
