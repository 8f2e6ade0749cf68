"""Files of a request, checked before anything is stored.

`accepted` marks a route that takes files: only there may a body be larger than a form. `read`
answers the files as they will be kept, or raises Invalid with a sentence that names the file at
fault. Both come before `http.write`, so that no ticket is locked while a picture is drawn.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar, cast

from flask import Flask, current_app, request
from werkzeug.datastructures import FileStorage

from hotline.attachments import office, pictures, recognition, rules, scanning
from hotline.attachments.rules import Kind
from hotline.errors import Invalid
from hotline.words import N_

P = ParamSpec("P")
R = TypeVar("R")

FIELD = "files"
FAULTS = {
    "file_kind": N_(
        "“%(name)s” can’t be taken. Allowed are pictures (JPEG, PNG, WebP, GIF), PDF, Word "
        "(.docx), Excel (.xlsx), and MP4, M4A, MP3 and AMR recordings."
    ),
    "file_macros": N_("“%(name)s” carries macros. Please save it without them, or as PDF."),
    "file_empty": N_("“%(name)s” is empty."),
    "file_large": N_("“%(name)s” is larger than %(most)s MB."),
    "file_bomb": N_("“%(name)s” would be far too large once opened."),
    "file_pixels": N_("“%(name)s” has too many pixels: at most %(most)s million."),
    "file_broken": N_("“%(name)s” looks like a picture but can’t be read."),
    "file_infected": N_("The virus scanner refuses “%(name)s”."),
    "files_many": N_("At most %(most)s files at a time."),
    "files_large": N_("Together the files are larger than %(most)s MB."),
}


@dataclass(frozen=True)
class Upload:
    """A file that was checked, as it will be kept."""

    name: str
    kind: Kind
    content: bytes
    width: int | None = None
    height: int | None = None
    thumbnail: bytes | None = None

    @property
    def digest(self) -> str:
        """The SHA-256 of what is kept."""
        return hashlib.sha256(self.content).hexdigest()


def init(app: Flask) -> None:
    """Let marked routes take larger bodies; it runs before anything reads one."""
    app.url_value_preprocessor(_widen)
    app.teardown_request(_close)
    app.jinja_env.globals.update(upload_rules=rules, has_sent_files=_has_sent_files)


def accepted(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a route as one that takes files."""
    cast("Any", view).takes_files = True
    return view


def long_words(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a route whose form is shown again with a text that is far too long, not lost with it."""
    cast("Any", view).takes_long_words = True
    return view


def read(field: str = FIELD) -> list[Upload]:
    """The files of this request's field; empty fields don't count. Raises Invalid, Unavailable."""
    sent = [one for one in request.files.getlist(field) if one.filename or _size(one)]
    if len(sent) > rules.MOST_FILES:
        raise _fault("files_many", most=rules.MOST_FILES)
    for one in sent:
        _measure(one)
    if sum(map(_size, sent)) > rules.LARGEST_REQUEST:
        raise _fault("files_large", most=rules.LARGEST_REQUEST // rules.MEGABYTE)
    return [_taken(one) for one in sent]


def _has_sent_files() -> bool:
    """Whether this request brought files, which the browser forgets when it shows the form."""
    if request.method != "POST":
        return False
    return any(one.filename for one in request.files.getlist(FIELD))


def _widen(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    view = current_app.view_functions.get(endpoint or "")
    if getattr(view, "takes_files", False):
        request.max_content_length = rules.LARGEST_BODY
    if getattr(view, "takes_long_words", False):
        request.max_form_memory_size = rules.LARGEST_WORDS
        request.max_content_length = max(request.max_content_length or 0, rules.LARGEST_WORDS)


def _close(_error: BaseException | None) -> None:
    """Close the temporary files that large uploads lie in, and not when memory is cleaned up."""
    request.close()


def _measure(sent: FileStorage) -> None:
    size = _size(sent)
    if not size:
        raise _fault("file_empty", sent)
    if size > rules.LARGEST_FILE:
        raise _fault("file_large", sent, most=rules.LARGEST_FILE // rules.MEGABYTE)


def _taken(sent: FileStorage) -> Upload:
    sent.stream.seek(0)
    content = sent.stream.read()
    sent.stream.seek(0)
    kind = _kind(sent, content)
    try:
        scanning.scan(content)
    except scanning.Infected as error:
        raise _fault("file_infected", sent) from error
    name = rules.display_name(sent.filename or "", kind)
    if kind is not Kind.JPEG:
        return Upload(name, kind, content)
    drawn = _drawn(sent, content)
    return Upload(name, kind, drawn.content, drawn.width, drawn.height, drawn.thumbnail)


def _kind(sent: FileStorage, content: bytes) -> Kind:
    try:
        kind = recognition.kind_of(content)
    except office.HasMacros as error:
        raise _fault("file_macros", sent) from error
    except office.Bomb as error:
        raise _fault("file_bomb", sent) from error
    if kind is None:
        raise _fault("file_kind", sent)
    return kind


def _drawn(sent: FileStorage, content: bytes) -> pictures.Picture:
    try:
        return pictures.redraw(content)
    except pictures.TooManyPixels as error:
        raise _fault("file_pixels", sent, most=pictures.MOST_PIXELS // 1_000_000) from error
    except pictures.Unreadable as error:
        raise _fault("file_broken", sent) from error


def _size(sent: FileStorage) -> int:
    size = sent.stream.seek(0, 2)
    sent.stream.seek(0)
    return size


def _fault(code: str, sent: FileStorage | None = None, **values: object) -> Invalid:
    named = {"name": rules.shown_name(sent.filename or "")} if sent is not None else {}
    return Invalid(code, FAULTS[code], field=FIELD, values=named | values)
