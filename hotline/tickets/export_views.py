"""Taking tickets out as a file: the page that asks which, and the file itself.

Only after the password was given again; who, when, by which filters and how many rows is written
down before the first byte leaves. The same filters and the same predicate as the search page.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import IO

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from hotline import access, audit, clock, fields, http
from hotline.access import Permission, Viewer
from hotline.fields import Form
from hotline.people import confirming
from hotline.templating import exact
from hotline.tickets import export, export_files, filters, lists, queries
from hotline.tickets.export_files import Counted, Made
from hotline.tickets.list_forms import ListForm

bp = Blueprint("exports", __name__, template_folder="templates")


class Kind(StrEnum):
    """Which kind of file."""

    XLSX = "xlsx"
    CSV = "csv"


class KindForm(Form):
    """The kind of file that is wanted; the filters are in the address."""

    kind: Kind


XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRITERS: dict[Kind, tuple[str, Callable[..., IO[bytes]]]] = {
    Kind.XLSX: (XLSX_TYPE, export_files.write_xlsx),
    Kind.CSV: ("text/csv; charset=utf-8", export_files.write_csv),
}


@bp.get("/search/export")
@access.needs(Permission.EXPORT)
@confirming.needed
def page() -> ResponseReturnValue:
    """Which tickets would be taken out, and as what kind of file."""
    return _asking(fields.sent(KindForm))


@bp.post("/search/export")
@access.needs(Permission.EXPORT)
@confirming.needed
def file() -> ResponseReturnValue:
    """The file, once the trace is written."""
    sent, wanted = fields.sent(KindForm), _wanted()
    if sent.data is None:
        return _asking(sent), 422
    return _file(access.current(), wanted, sent.data.kind)


def _asking(form: fields.PageForm[KindForm]) -> str:
    lists.found(access.current(), _wanted().model_copy(update={"limit": 1}))
    return render_template(
        "tickets/export.html",
        form=form,
        filters=fields.PageForm(ListForm, request.args),
        given=dict(request.args),
        most=export.MOST_ROWS,
    )


def _wanted() -> ListForm:
    """The filters of the address, from the beginning. Raises BadFilter."""
    page_form = fields.PageForm(ListForm, request.args)
    if page_form.data is None:
        raise lists.BadFilter("invalid", "Some filters can't be read.", fields=page_form.errors)
    return page_form.data.model_copy(update={"cursor": None})


def _file(viewer: Viewer, wanted: ListForm, kind: Kind) -> Response:
    now, query = clock.now(), filters.plain(request.query_string.decode())
    made = Made(f"{viewer.name} ({viewer.username})", exact(now), query)
    rows = Counted(export.rows(viewer, wanted, queries.rulebook().districts))
    mimetype, write = WRITERS[kind]
    content = write(made, export.heads(), rows)

    def trace() -> http.Answer:
        facts = {"filters": query, "count": rows.count, "file": kind.value}
        audit.record(viewer.actor, "tickets_exported", "tickets", at=now, **facts)
        return http.Answer()

    http.write(trace, key=http.nonce())
    name = f"tickets-{now:%Y%m%d-%H%M%S}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(export_files.chunks(content), mimetype=mimetype, headers=headers)
