"""Pictures as people take them."""

import io
from pathlib import Path

from PIL import Image


def made(folder: Path, name: str = "pipe.jpg") -> Path:
    """A photograph of this name."""
    drawn = io.BytesIO()
    Image.effect_noise((400, 300), 80).convert("RGB").save(drawn, "JPEG")
    path = folder / name
    path.write_bytes(drawn.getvalue())
    return path
