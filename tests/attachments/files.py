"""Files as they may come in, good and bad, made small."""

import io
import struct
import zipfile
import zlib

from PIL import Image

from hotline.attachments.rules import Kind
from hotline.attachments.uploads import Upload

GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F
SECRET = "Camera-of-Zhang-San"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42\x00\x00\x00\x08moov"
M4A = b"\x00\x00\x00\x1cftypM4A \x00\x00\x00\x00M4A mp42isom\x00\x00\x00\x00"
MP3 = b"\xff\xfb\x90\x64" + bytes(400)
AMR = b"#!AMR\n" + b"\x3c\x00" * 20
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00" + bytes(100)


def picture(
    format: str = "JPEG",
    *,
    size: tuple[int, int] = (40, 20),
    colour: str = "red",
    **options: object,
) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, format, **options)
    return out.getvalue()


def photo() -> bytes:
    """A photograph that tells where it was taken, with what, and that it lies on its side."""
    exif = Image.Exif()
    exif[MAKE] = SECRET
    exif[ORIENTATION] = 6
    exif[GPS] = {1: "N", 2: (39.0, 56.0, 7.0), 3: "E", 4: (119.0, 36.0, 0.0)}
    return picture(exif=exif.tobytes(), comment=SECRET.encode())


def animation() -> bytes:
    """A GIF of two frames: red, then blue."""
    out = io.BytesIO()
    first, second = (Image.new("RGB", (8, 8), colour) for colour in ("red", "blue"))
    first.save(out, "GIF", save_all=True, append_images=[second], comment=SECRET.encode())
    return out.getvalue()


def huge_png(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG's beginning that promises far too many pixels."""
    header = struct.pack("!2L5B", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    start = b"\x89PNG\r\n\x1a\n" + struct.pack("!L", len(header)) + chunk
    return start + struct.pack("!L", zlib.crc32(chunk)) + b"\x00\x00\x00\x00IDAT"


def packed(*names: str, contents: bytes = b"x") -> bytes:
    """A ZIP file of parts with these names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, contents)
    return out.getvalue()


def docx(*more: str) -> bytes:
    """A Word file's parts, and more."""
    return packed("[Content_Types].xml", "_rels/.rels", "word/document.xml", *more)


def xlsx(*more: str) -> bytes:
    """An Excel file's parts, and more."""
    return packed("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", *more)


def claiming(size: int) -> bytes:
    """A Word file whose list says that one part would be this large."""
    made = bytearray(docx())
    at = made.index(b"PK\x01\x02", made.index(b"PK\x01\x02") + 1)
    made[at + 24 : at + 28] = struct.pack("<L", size)
    return bytes(made)


def upload(name: str = "a.pdf", content: bytes = PDF) -> Upload:
    """A file that was checked."""
    return Upload(name, Kind.PDF, content)
