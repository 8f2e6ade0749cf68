"""Articles as files: taken in after a look at every row, and taken out for the same editor.

Decided here: which page follows which. What a row must say is decided in `importing`, how many
rows a page takes and for how long they wait in `staging`.
"""

from typing import IO

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from hotline import access, audit, clock, fields, http
from hotline.access import Permission
from hotline.attachments import rules as file_rules
from hotline.attachments import uploads
from hotline.errors import Refused
from hotline.tickets.export_files import chunks
from hotline.words import N_
from kb import staging, table_columns, table_writing, transfer_forms
from kb.import_models import Import
from kb.table_reading import Unreadable
from kb.table_writing import Counted
from kb.transfer_forms import ExportForm

FIELD = "file"
NO_FILE = N_("Choose a file first.")
TOO_LARGE = N_("The file is larger than %(most)s MB. Split it, or have it taken in by command.")

bp = Blueprint("kb_transfer", __name__, template_folder="templates")


@bp.get("/kb/import")
@access.needs(Permission.EDIT_KNOWLEDGE)
def page() -> ResponseReturnValue:
    """What a file must look like, and where to choose it."""
    return _asking()


@bp.post("/kb/import")
@access.needs(Permission.EDIT_KNOWLEDGE)
@uploads.accepted
def look_through() -> ResponseReturnValue:
    """Look at every row of the file; nothing is taken in yet."""
    sent = request.files.get(FIELD)
    problem = _problem(sent)
    if problem or sent is None:
        return _asking(problem), 422
    try:
        return http.write(lambda: _looked(sent.stream, sent.filename or ""))
    except Unreadable as wrong:
        return _asking(gettext(wrong.args[0])), 422


@bp.get("/kb/import/<key>")
@access.needs(Permission.EDIT_KNOWLEDGE)
def preview(key: str) -> ResponseReturnValue:
    """Row by row: what would be taken in, and what is wrong with the others."""
    return _preview(staging.of(key, access.current().staff_id))


@bp.post("/kb/import/<key>/take")
@access.needs(Permission.EDIT_KNOWLEDGE)
def take(key: str) -> ResponseReturnValue:
    """Take the good rows in; somebody else has to publish them."""
    by, back = access.current().staff_id, url_for("kb_transfer.preview", key=key)

    def work() -> http.Answer:
        kept = staging.take(key, by=by, now=clock.now())
        taken = kept.made + kept.changed
        return http.go(back, gettext("%(n)s articles submitted for publishing.", n=taken))

    try:
        return http.write(work)
    except Refused as error:
        if error.status == 404:
            raise
        return _preview(staging.of(key, by), fields.said(error)), error.status


@bp.post("/kb/import/<key>/drop")
@access.needs(Permission.EDIT_KNOWLEDGE)
def drop(key: str) -> ResponseReturnValue:
    """Forget the file."""
    by = access.current().staff_id

    def work() -> http.Answer:
        staging.drop(key, by=by)
        return http.go(url_for("kb_transfer.page"), N_("The file is forgotten; nothing came in."))

    return http.write(work)


@bp.get("/kb/export")
@access.needs(Permission.EDIT_KNOWLEDGE)
def export_page() -> ResponseReturnValue:
    """Which articles are wanted, and as what kind of file."""
    return render_template("kb/export.html", **transfer_forms.choices(), form=_exported())


@bp.post("/kb/export")
@access.needs(Permission.EDIT_KNOWLEDGE)
def export() -> ResponseReturnValue:
    """The file; who took out what is written down before it leaves."""
    sent = fields.sent(ExportForm)
    if sent.data is None:
        return render_template("kb/export.html", **transfer_forms.choices(), form=sent), 422
    return _file(sent.data)


def _asking(problem: str | None = None) -> str:
    return render_template(
        "kb/import.html",
        problem=problem,
        columns=[(name, table_columns.heading(name)) for name in table_columns.TAKEN],
        needed=table_columns.NEEDED,
        most_rows=staging.MOST_ROWS,
        most_megabytes=staging.LARGEST_FILE // file_rules.MEGABYTE,
    )


def _problem(sent: FileStorage | None) -> str:
    if sent is None or not sent.filename:
        return str(gettext(NO_FILE))
    size = sent.stream.seek(0, 2)
    sent.stream.seek(0)
    most = staging.LARGEST_FILE
    return gettext(TOO_LARGE, most=most // file_rules.MEGABYTE) if size > most else ""


def _looked(stream: IO[bytes], name: str) -> http.Answer:
    by = access.current().staff_id
    shown = file_rules.shown_name(name)
    kept = staging.look_through(stream, shown, by=by, now=clock.now())
    return http.go(url_for("kb_transfer.preview", key=kept.key))


def _preview(kept: Import, problem: str | None = None) -> str:
    return render_template(
        "kb/import_preview.html",
        kept=kept,
        problem=problem,
        good=staging.good(kept),
        bad=staging.bad(kept),
        heading=table_columns.heading,
        columns=table_columns.COLUMNS,
    )


def _exported() -> fields.PageForm[ExportForm]:
    return fields.PageForm(ExportForm, None, **request.args.to_dict())


def _file(form: ExportForm) -> Response:
    rows, now = Counted(table_writing.rows(form.wanted())), clock.now()
    file = table_writing.write(form.file, rows)
    by = access.current().actor

    def trace() -> http.Answer:
        given = form.model_dump(mode="json", exclude_none=True)
        audit.record(by, "articles_exported", "kb", at=now, rows=rows.count, filters=given)
        return http.Answer()

    http.write(trace, key=http.nonce())
    name = f"articles-{now:%Y%m%d-%H%M}.{form.file.value}"
    answer = Response(chunks(file), mimetype=table_writing.TYPES[form.file])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
