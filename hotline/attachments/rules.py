"""What may come in, how much of it, under which name, and who may have it again.

Pure: plain values in, decision out. Not here: how a kind is recognised (`recognition`), what is
done to a picture (`pictures`). The surprise: a name says nothing about a file; its ending is
replaced by that of what the file is.
"""

import re
import unicodedata
from enum import StrEnum

MEGABYTE = 1024 * 1024
LARGEST_FILE = 10 * MEGABYTE
MOST_FILES = 9
LARGEST_REQUEST = 32 * MEGABYTE
LARGEST_BODY = 4 * LARGEST_REQUEST
"""So much of a form with files is read: enough to refuse them and keep what was typed."""
LARGEST_WORDS = 16 * MEGABYTE
"""The same of a form's words: of a text that is far too long."""
MOST_OF_A_TICKET = 60
LARGEST_OF_A_TICKET = 150 * MEGABYTE
LONGEST_NAME = 80
ENDING = re.compile(r"\.[0-9A-Za-z]{1,8}$")
UNSAFE = re.compile(r'[<>:"|?*\\/%;`$]')


class Kind(StrEnum):
    """What a file is, told by its content."""

    JPEG = "jpeg"
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    MP4 = "mp4"
    M4A = "m4a"
    MP3 = "mp3"
    AMR = "amr"


class Source(StrEnum):
    """Who gave the file."""

    CITIZEN = "citizen"
    HOTLINE = "hotline"
    UNIT = "unit"


MIME = {
    Kind.JPEG: "image/jpeg",
    Kind.PDF: "application/pdf",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.MP4: "video/mp4",
    Kind.M4A: "audio/mp4",
    Kind.MP3: "audio/mpeg",
    Kind.AMR: "audio/amr",
}
"""How each kind is handed out; nothing else ever stands in Content-Type."""

ENDINGS = {Kind.JPEG: "jpg"}
CHOOSABLE = (
    "image/jpeg,image/png,image/webp,image/gif,application/pdf,"
    ".docx,.xlsx,video/mp4,audio/mp4,audio/mpeg,.m4a,.mp3,.amr"
)
"""What a browser offers to choose. Without HEIC, for then telephones send a JPEG instead."""


def shown_name(given: str) -> str:
    """What a file was called, fit to be shown and saved anywhere.

    Path, control, invisible and direction characters go; so do signs that a shell, a file
    system or a spreadsheet would understand.
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", given))[-1]
    seen = "".join(one for one in last if unicodedata.category(one)[0] not in "CZ" or one == " ")
    bare = UNSAFE.sub("_", seen).strip(" .").lstrip("=+-@~'& .")
    return bare if len(bare) <= LONGEST_NAME else bare[: LONGEST_NAME - 1] + "…"


def display_name(given: str, kind: Kind) -> str:
    """The same with the ending of what the file is."""
    ending = ENDINGS.get(kind, kind.value)
    stem = ENDING.sub("", shown_name(given))[: LONGEST_NAME - len(ending) - 1]
    return f"{stem.strip(' .…') or 'file'}.{ending}"


def is_for(source: Source, *, is_for_unit: bool, is_confidential: bool, sees_person: bool) -> bool:
    """Whether a member of staff who sees the ticket may have the file.

    What came with a confidential matter may show who reported it: whoever is not shown the person
    (units, reviewers, supervisors) gets the units' files and those that were marked for the unit.
    """
    return sees_person or not is_confidential or is_for_unit or source is Source.UNIT
