"""What a file is by its content, and what is refused as a bomb or for its macros."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.attachments import office, pictures, recognition
from hotline.attachments.rules import Kind
from tests.attachments import files

KINDS = {
    "jpeg": (files.picture(), Kind.JPEG),
    "png": (files.picture("PNG"), Kind.JPEG),
    "webp": (files.picture("WEBP"), Kind.JPEG),
    "gif": (files.animation(), Kind.JPEG),
    "pdf": (files.PDF, Kind.PDF),
    "docx": (files.docx(), Kind.DOCX),
    "xlsx": (files.xlsx(), Kind.XLSX),
    "mp4": (files.MP4, Kind.MP4),
    "m4a": (files.M4A, Kind.M4A),
    "mp3": (files.MP3, Kind.MP3),
    "amr": (files.AMR, Kind.AMR),
    "svg": (files.SVG, None),
    "html": (files.HTML, None),
    "exe": (files.EXE, None),
    "text": (b"hello", None),
    "nothing": (b"", None),
    "a plain zip": (files.packed("a.txt"), None),
    "slides": (files.packed("[Content_Types].xml", "ppt/presentation.xml"), None),
    "both word and excel": (files.docx("xl/workbook.xml"), None),
    "word without its list": (files.packed("word/document.xml"), None),
    "half a pdf": (files.PDF[:20], None),
    "half a zip": (files.docx()[:60], None),
    "tiff": (files.picture("TIFF"), None),
    "bmp": (files.picture("BMP"), None),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_file_is_what_it_holds(name: str) -> None:
    content, kind = KINDS[name]
    assert recognition.kind_of(content) is kind


@pytest.mark.parametrize(
    "part", ["word/vbaProject.bin", "word/VBADATA.xml", "xl/macrosheets/sheet1.xml"]
)
def test_macros_are_found_whatever_the_file_is_called(part: str) -> None:
    for made in (files.docx(part), files.xlsx(part)):
        with pytest.raises(office.HasMacros):
            recognition.kind_of(made)


def test_bombs_are_not_unpacked() -> None:
    with pytest.raises(office.Bomb):
        office.kind_of(files.claiming(0xF0000000))
    with pytest.raises(office.Bomb):
        office.kind_of(files.docx(*(f"word/{n}.xml" for n in range(office.MOST_PARTS))))


@given(st.binary(max_size=400))
def test_any_bytes_are_something_or_nothing(content: bytes) -> None:
    assert recognition.kind_of(content) in {None, *Kind}
    for start in (b"PK\x03\x04", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF....WEBP", b"GIF89a"):
        kind = recognition.kind_of(start + content)
        if kind is Kind.JPEG:
            with pytest.raises((pictures.Unreadable, pictures.TooManyPixels)):
                pictures.redraw(start + content)
