"""Word and Excel files, told by the list of what is packed in them.

Nothing in them is unpacked: the list at a ZIP file's end says the names and how large each part
claims to be. Macros have parts of their own, whatever the file is called. A list that is too
long, or parts that would be far larger than any document's, are refused as bombs.
"""

from io import BytesIO
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from hotline.attachments.rules import MEGABYTE, Kind

LIST_ENTRY = b"PK\x01\x02"
MOST_PARTS = 3000
LARGEST_UNPACKED = 300 * MEGABYTE
MARKS = {"word/document.xml": Kind.DOCX, "xl/workbook.xml": Kind.XLSX}
CONTENTS = "[Content_Types].xml"
MACROS = ("vbaproject.bin", "vbaprojectsignature.bin", "vbadata.xml")
MACRO_SHEETS = "xl/macrosheets/"
HAS_PASSWORD = 1


class HasMacros(Exception):
    """The document carries a program."""


class Bomb(Exception):
    """Unpacked, it would be far larger than any document."""


def kind_of(content: bytes) -> Kind | None:
    """Word, Excel, or neither. Raises HasMacros, Bomb."""
    if content.count(LIST_ENTRY) > MOST_PARTS:
        raise Bomb
    try:
        with ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
    except (BadZipFile, LargeZipFile, ValueError, NotImplementedError, OSError):
        return None
    if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Bomb
    names = {part.filename.lower() for part in parts}
    kinds = {kind for mark, kind in MARKS.items() if mark in names}
    if len(kinds) != 1 or CONTENTS.lower() not in names or any(map(_is_locked, parts)):
        return None
    if any(name.rsplit("/", 1)[-1] in MACROS or name.startswith(MACRO_SHEETS) for name in names):
        raise HasMacros
    return kinds.pop()


def _is_locked(part: ZipInfo) -> bool:
    return bool(part.flag_bits & HAS_PASSWORD)
