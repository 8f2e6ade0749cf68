"""Pictures that citizens of the demo sent along: simple drawn scenes, marked as samples.

Decided here: which stories have one, and what is drawn. They go the way of every upload, so
nothing of the demo is kept that a real picture would not be. The caption lies beside as a
picture of its own, for machines without a Chinese font.
"""

from collections.abc import Mapping
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

from demo.matters import DATA
from hotline.attachments import pictures
from hotline.attachments.rules import Kind
from hotline.attachments.uploads import Upload

SIZE = (640, 420)
HORIZON, KERB = 170, 290
INK, STEEL, YELLOW, GREEN, BROWN = "#2b333d", "#7c8794", "#d9a520", "#5d8a55", "#7b5b41"
Shape = tuple[str, tuple[int, ...], str]

SCENES: Mapping[str, tuple[Shape, ...]] = {
    "14-shared-bikes": tuple(
        ("ring", (at + shift, 250, at + shift + 46, 296), INK)
        for at in range(120, 520, 100)
        for shift in (0, 50)
    ),
    "21-blocked-view": (
        ("box", (60, 150, 420, 300), GREEN),
        ("disc", (80, 110, 220, 230), GREEN),
        ("disc", (240, 100, 400, 240), GREEN),
    ),
    "dark-street-3": (
        ("box", (315, 60, 325, 290), STEEL),
        ("box", (325, 60, 400, 68), STEEL),
        ("disc", (385, 62, 425, 92), YELLOW),
    ),
    "blocked-sewer-3": (
        ("disc", (230, 310, 420, 390), STEEL),
        ("disc", (250, 318, 400, 382), BROWN),
    ),
    "waiting-4": (("slope", (80, 400, 560, 400, 560, 220), STEEL),),
    "waiting-6": (
        ("slope", (180, 400, 470, 400, 330, 300), BROWN),
        ("box", (150, 270, 162, 340), YELLOW),
        ("box", (490, 270, 502, 340), YELLOW),
    ),
    "waiting-12": (
        ("box", (316, 140, 324, 300), STEEL),
        ("box", (296, 50, 344, 150), INK),
        ("disc", (306, 58, 334, 86), STEEL),
        ("disc", (306, 88, 334, 116), STEEL),
        ("disc", (306, 118, 334, 146), STEEL),
    ),
}
"""Story → what stands in the street of its picture."""


def of(name: str) -> list[Upload]:
    """The pictures of a story, as an upload would be kept."""
    if name not in SCENES:
        return []
    drawn = pictures.redraw(_scene(SCENES[name]))
    return [
        Upload("示例照片.jpg", Kind.JPEG, drawn.content, drawn.width, drawn.height, drawn.thumbnail)
    ]


def _scene(shapes: tuple[Shape, ...]) -> bytes:
    """A street under a pale sky, with these shapes and the caption."""
    image = Image.new("RGB", SIZE, "#dbe6ef")
    pen = ImageDraw.Draw(image)
    for number, left in enumerate(range(0, SIZE[0], 80)):
        top = 60 + 37 * number % 80
        pen.rectangle((left, top, left + 72, HORIZON + 40), fill="#b9c2cc")
    pen.rectangle((0, HORIZON + 40, SIZE[0], KERB), fill="#c9c5bb")
    pen.rectangle((0, KERB, *SIZE), fill="#8b9096")
    for kind, place, colour in shapes:
        _draw(pen, kind, place, colour)
    caption = _caption()
    image.paste("#16202e", (0, 0, *caption.size))
    image.paste("#ffffff", (0, 0), caption)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _draw(pen: ImageDraw.ImageDraw, kind: str, place: tuple[int, ...], colour: str) -> None:
    if kind == "box":
        pen.rectangle(place, fill=colour)
    elif kind == "disc":
        pen.ellipse(place, fill=colour)
    elif kind == "ring":
        pen.ellipse(place, outline=colour, width=5)
    else:
        pen.polygon(place, fill=colour)


@cache
def _caption() -> Image.Image:
    with Image.open(DATA / "caption.png") as found:
        return found.convert("L")
