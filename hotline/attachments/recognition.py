"""What a file is, by its content alone.

The library `filetype` knows the first bytes of each format (pure Python, nothing of the system);
Word and Excel are ZIP files to it, told apart by `office`. What isn't named here is nothing to us.
"""

import filetype

from hotline.attachments import office
from hotline.attachments.rules import Kind

PICTURES = frozenset({"jpg", "png", "webp", "gif"})
PACKED = frozenset({"zip", "docx", "xlsx", "pptx"})
OTHERS = {
    "pdf": Kind.PDF,
    "mp4": Kind.MP4,
    "m4a": Kind.M4A,
    "mp3": Kind.MP3,
    "amr": Kind.AMR,
}
PDF_END = b"%%EOF"
PDF_TAIL = 2048


def kind_of(content: bytes) -> Kind | None:
    """The kind, or nothing when we don't take it. Raises what `office` raises.

    Every picture is a JPEG to us, for as that it will be kept.
    """
    found = filetype.guess(content)
    ending = found.extension if found is not None else ""
    if ending in PICTURES:
        return Kind.JPEG
    if ending in PACKED:
        return office.kind_of(content)
    kind = OTHERS.get(ending)
    if kind is Kind.PDF and PDF_END not in content[-PDF_TAIL:]:
        return None
    return kind
