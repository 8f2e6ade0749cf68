"""Pictures between two steps of a report: checked and stored, but of no ticket yet.

What was chosen once is not lost by an error in another field or by the step before sending. The
page carries a token that only we can read; the files themselves lie in the storage without a row,
where the daily sweep of files without a row removes those of reports that were never sent.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Final

from hotline import crypto
from hotline.attachments import rules, storage, uploads
from hotline.attachments.rules import Kind
from hotline.attachments.uploads import FIELD, Upload
from hotline.errors import Invalid

HELD: Final = "files of a report"
KEPT_FOR: Final = timedelta(hours=12)


@dataclass(frozen=True)
class Pending:
    """One stored file that waits for its report."""

    name: str
    kind: str
    size: int
    stored_as: str
    thumbnail_as: str | None
    width: int | None
    height: int | None


def read(token: str, besides: Collection[int] = ()) -> list[Pending]:
    """The files of a token but those at these places; none of an old or foreign token."""
    if not token:
        return []
    try:
        known = crypto.taken_back(HELD, token, within=KEPT_FOR)
    except crypto.BadToken:
        return []
    return [Pending(**one) for at, one in enumerate(known) if at not in besides]


def token_of(files: Sequence[Pending]) -> str:
    """What the page carries; empty without files."""
    if not files:
        return ""
    return crypto.handed_out(HELD, [asdict(one) for one in files])


def add_sent(known: Sequence[Pending]) -> list[Pending]:
    """The known files and those that this request brings. Raises Invalid for one that can't be."""
    sent = uploads.read()
    if len(known) + len(sent) > rules.MOST_FILES:
        raise Invalid(
            "files_many",
            "At most %(most)s files at a time.",
            field=FIELD,
            values={"most": rules.MOST_FILES},
        )
    return [*known, *(_stored(one) for one in sent)]


def uploads_of(files: Sequence[Pending]) -> list[Upload]:
    """The files as an upload brings them. Raises Invalid when one is gone."""
    try:
        return [_upload(one) for one in files]
    except storage.Missing as error:
        raise Invalid(
            "files_gone", "The files were kept too long ago. Please choose them again.", field=FIELD
        ) from error


def _stored(one: Upload) -> Pending:
    key = crypto.new_token()
    name, thumbnail_as = storage.keep(one.digest, key, one.content, one.thumbnail)
    return Pending(
        name=one.name,
        kind=one.kind.value,
        size=len(one.content),
        stored_as=name,
        thumbnail_as=thumbnail_as,
        width=one.width,
        height=one.height,
    )


def _upload(one: Pending) -> Upload:
    return Upload(
        name=one.name,
        kind=Kind(one.kind),
        content=storage.get(one.stored_as),
        width=one.width,
        height=one.height,
        thumbnail=storage.get(one.thumbnail_as) if one.thumbnail_as else None,
    )
