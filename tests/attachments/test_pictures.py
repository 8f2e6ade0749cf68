"""What is left of a picture: what can be seen, and nothing else."""

import io

import pytest
from PIL import Image

from hotline.attachments import pictures
from tests.attachments import files


def opened(content: bytes) -> Image.Image:
    """The picture, decoded."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def test_place_camera_and_comment_are_gone_and_it_stands_upright() -> None:
    content = files.photo()
    assert files.SECRET.encode() in content
    assert Image.open(io.BytesIO(content)).getexif().get_ifd(files.GPS)
    kept = pictures.redraw(content)
    assert (kept.width, kept.height) == (20, 40)
    for made in (kept.content, kept.thumbnail):
        image = opened(made)
        assert image.format == "JPEG"
        assert image.size == (20, 40)
        assert not image.getexif()
        assert "comment" not in image.info
        assert files.SECRET.encode() not in made


def test_an_animation_keeps_its_first_frame() -> None:
    image = opened(pictures.redraw(files.animation()).content)
    assert getattr(image, "n_frames", 1) == 1
    red, _green, blue = image.convert("RGB").getpixel((4, 4))  # type: ignore[misc]
    assert red > 200 > 60 > blue


def test_what_is_transparent_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(out, "PNG")
    kept = opened(pictures.redraw(out.getvalue()).content)
    assert min(kept.getpixel((4, 4))) > 250  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "I;16", "CMYK"])
def test_every_way_of_colouring_is_drawn(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (8, 8)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert opened(pictures.redraw(out.getvalue()).content).size == (8, 8)


def test_a_large_one_is_scaled_down() -> None:
    kept = pictures.redraw(files.picture("PNG", size=(5200, 260)))
    assert (kept.width, kept.height) == (pictures.LONGEST_EDGE, 128)
    assert max(opened(kept.thumbnail).size) == pictures.THUMBNAIL_EDGE


@pytest.mark.parametrize("size", [(50_000, 50_000), (9_000, 9_000), (11_000, 11_000)])
def test_a_bomb_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(pictures.TooManyPixels):
        pictures.redraw(files.huge_png(*size))


@pytest.mark.parametrize("content", [files.picture()[:80], files.picture("PNG")[:60], b"GIF89a"])
def test_half_a_picture_is_refused(content: bytes) -> None:
    with pytest.raises(pictures.Unreadable):
        pictures.redraw(content)
