"""A picture to send with a report: a building site at night, drawn, so that it shows nobody."""

from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (1200, 800)
SKY, GLOW, GROUND = (16, 22, 44), (74, 72, 92), (38, 34, 34)
FRAME, LIT, LAMP, CRANE = (64, 66, 78), (236, 196, 112), (255, 246, 214), (196, 148, 40)


def building_site() -> bytes:
    """A JPEG: a shell with lit floors, a crane, a lorry of concrete under a floodlight."""
    image = Image.new("RGB", SIZE, SKY)
    brush = ImageDraw.Draw(image)
    for line in range(360, 640):
        part = (line - 360) / 280
        shade = tuple(round(a + (b - a) * part) for a, b in zip(SKY, GLOW, strict=True))
        brush.line([(0, line), (SIZE[0], line)], fill=shade)
    brush.rectangle([0, 640, *SIZE], fill=GROUND)
    _shell(brush)
    _crane(brush)
    _lorry(brush)
    kept = BytesIO()
    image.save(kept, "JPEG", quality=88)
    return kept.getvalue()


def _shell(brush: ImageDraw.ImageDraw) -> None:
    brush.rectangle([120, 200, 560, 640], fill=FRAME)
    for floor in range(7):
        for room in range(6):
            left, top = 140 + room * 70, 214 + floor * 61
            is_lit = (floor * 5 + room * 3) % 4 == 0
            brush.rectangle([left, top, left + 48, top + 40], fill=LIT if is_lit else SKY)


def _crane(brush: ImageDraw.ImageDraw) -> None:
    brush.line([(700, 640), (700, 90)], fill=CRANE, width=14)
    brush.line([(560, 120), (1080, 120)], fill=CRANE, width=10)
    brush.line([(700, 60), (1060, 120)], fill=CRANE, width=4)
    brush.line([(700, 60), (570, 120)], fill=CRANE, width=4)
    brush.line([(960, 120), (960, 330)], fill=CRANE, width=3)
    brush.rectangle([925, 330, 995, 372], fill=FRAME)


def _lorry(brush: ImageDraw.ImageDraw) -> None:
    brush.polygon([(1130, 210), (760, 640), (1200, 640), (1200, 240)], fill=(96, 92, 96))
    brush.ellipse([1108, 186, 1152, 230], fill=LAMP)
    brush.ellipse([830, 530, 990, 640], fill=(206, 208, 214))
    brush.rectangle([990, 556, 1060, 640], fill=(176, 60, 48))
    for wheel in (850, 930, 1010):
        brush.ellipse([wheel, 622, wheel + 48, 670], fill=(12, 12, 14))
