"""The page of what lies inside a unit: for the unit by sub-unit, for a sub-unit its own list.

Decided here: whoever belongs to sub-units alone has this page instead of the unit's.
"""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from dispatch import pages, queries, second_level_lists, second_level_parts
from dispatch.second_level_forms import InsideFilter, InsideTab
from dispatch.second_level_lists import Load
from dispatch.showing import Heading
from hotline import access, clock, fields
from hotline.labels import msgid
from hotline.people import standing_in
from hotline.tickets import queries as tickets


def unit() -> ResponseReturnValue:
    """The unit's page; who belongs to sub-units alone is led to theirs."""
    colleagues = queries.colleagues(access.current().unit_ids, clock.now())
    if colleagues and all(one.is_sub_unit for one in colleagues):
        return redirect(url_for("second_level.page"), 303)
    return pages.unit(colleagues)


def inside() -> str:
    """What lies with which sub-unit, and the replies that wait for the head."""
    viewer = access.current()
    query = {name: value for name, value in request.args.items() if value}
    wanted = pages.checked(InsideFilter, query)
    is_approval = wanted.tab is InsideTab.APPROVE
    read = second_level_lists.to_approve if is_approval else second_level_lists.handed_down
    found = read(viewer, wanted)
    loads = second_level_lists.loads(viewer)
    is_below = viewer.unit_ids <= {one.unit_id for one in loads}
    load = second_level_parts.submitted if is_approval else second_level_parts.handdowns
    return render_template(
        "dispatch/inside.html",
        found=found,
        shown=wanted,
        contents=load(found.items, viewer),
        loads=loads,
        is_below=is_below,
        tabs=_tabs(wanted, loads, is_below=is_below),
        districts=tickets.rulebook().districts,
        filters=fields.PageForm(InsideFilter, None, **query),
        query={name: value for name, value in query.items() if name != "cursor"},
        stand_ins=standing_in.in_office(viewer.unit_ids, clock.now()),
    )


def _tabs(wanted: InsideFilter, loads: list[Load], *, is_below: bool) -> list[Heading]:
    counts = {
        InsideTab.TO_SIGN: sum(one.to_sign for one in loads),
        InsideTab.IN_PROGRESS: sum(one.in_progress for one in loads),
        InsideTab.REPLIED: sum(one.replied for one in loads),
    }
    offered = [one for one in InsideTab if one is not InsideTab.APPROVE or not is_below]
    return [
        (
            url_for("second_level.page", tab=one.value),
            gettext(msgid("inside_tab", one.value)),
            one is wanted.tab,
            counts.get(one),
        )
        for one in offered
    ]
