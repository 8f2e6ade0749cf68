"""Pictures, drawn anew: what is kept is only what can be seen.

A picture is opened only by the decoders of the formats we take, measured before it is decoded,
turned as its camera meant, drawn on a fresh white ground and written as JPEG, so that EXIF,
places, comments, profiles and anything hidden behind the picture are gone. Of an animation the
first frame is kept. Few are decoded at a time: forty million pixels take 120 MB.
"""

import threading
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_PIXELS = 50_000_000
LONGEST_EDGE = 2560
THUMBNAIL_EDGE = 320
QUALITY, THUMBNAIL_QUALITY = 88, 75
AT_ONCE = threading.BoundedSemaphore(2)
WHITE = (255, 255, 255)


class TooManyPixels(Exception):
    """The picture would be larger in memory than anybody needs."""


class Unreadable(Exception):
    """The file begins like a picture and can't be drawn."""


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int


def redraw(content: bytes) -> Picture:
    """The picture without anything but its pixels. Raises TooManyPixels, Unreadable."""
    with AT_ONCE:
        try:
            return _redraw(content)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise TooManyPixels from error
        except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError) as error:
            raise Unreadable from error


def _redraw(content: bytes) -> Picture:
    with Image.open(BytesIO(content), formats=FORMATS) as found:
        if found.width * found.height > MOST_PIXELS:
            raise TooManyPixels
        found.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
        turned = ImageOps.exif_transpose(found)
        drawn = _on_white(turned)
    drawn.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    small = drawn.copy()
    small.thumbnail((THUMBNAIL_EDGE, THUMBNAIL_EDGE))
    return Picture(
        _jpeg(drawn, QUALITY), _jpeg(small, THUMBNAIL_QUALITY), drawn.width, drawn.height
    )


def _on_white(image: Image.Image) -> Image.Image:
    """A fresh picture with the pixels of the given one, and nothing else of it."""
    if image.width > 2 * LONGEST_EDGE or image.height > 2 * LONGEST_EDGE:
        image.thumbnail((2 * LONGEST_EDGE, 2 * LONGEST_EDGE), reducing_gap=2.0)
    ground = Image.new("RGB", image.size, WHITE)
    if image.mode in ("RGB", "L", "CMYK", "YCbCr"):
        ground.paste(image.convert("RGB"))
    else:
        layer = image.convert("RGBA")
        ground.paste(layer, mask=layer.getchannel("A"))
    return ground


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, progressive=False)
    return out.getvalue()
