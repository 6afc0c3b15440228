"""Pictures drawn in several widths: no wider than they came, nothing of the chosen file left in them."""

import io

import pytest
from PIL import Image

from app.market.pictures.rules import PictureKind, in_widths, one_earlier, why_too_small
from app.platform.files.rules.photos import Unfit, made_fit
from tests.factories.files import photo

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        ((1400, 700), (160, 320, 640, 1280)),
        ((640, 480), (160, 320, 640)),
        ((400, 300), (160, 320, 400)),
        ((100, 80), (100,)),
    ],
)
def test_a_picture_is_drawn_in_every_width_it_is_large_enough_for(
    size: tuple[int, int], widths: tuple[int, ...]
) -> None:
    drawn = in_widths(made_fit(photo(size)).content, effort=0)
    assert tuple(one.width for one in drawn) == widths
    for one in drawn:
        with Image.open(io.BytesIO(one.content)) as made:
            assert (made.format, made.size) == ("WEBP", (one.width, one.height))
            assert made.getexif() == {}
            assert abs(one.height / one.width - size[1] / size[0]) < 0.01
        assert b"SECRETMAKER" not in one.content


def test_what_hides_in_a_picture_is_not_drawn_along() -> None:
    hidden = b"<script>alert(document.cookie)</script>PK\x03\x04%PDF-1.7"
    for form in ("JPEG", "PNG", "WEBP"):
        drawn = in_widths(made_fit(photo((400, 300), form) + hidden, is_photo=True).content, effort=0)
        assert all(b"script" not in one.content and b"PK\x03\x04" not in one.content for one in drawn)


def test_see_through_parts_of_a_logo_stay_so() -> None:
    sent = io.BytesIO()
    Image.new("RGBA", (200, 200), (0, 90, 90, 0)).save(sent, "PNG")
    with Image.open(io.BytesIO(in_widths(made_fit(sent.getvalue()).content, effort=0)[0].content)) as made:
        assert made.convert("RGBA").getpixel((10, 10))[3] == 0


@pytest.mark.parametrize("sent", [SVG, b"GIF89a" + b"0" * 40, b"%PDF-1.7 paper", b"MZ\x90", b"<html>", b""])
def test_what_is_no_photo_is_refused(sent: bytes) -> None:
    with pytest.raises(Unfit, match=r"must be a photo \(JPG, PNG, HEIC, WebP or AVIF\)$|is empty. Choose a photo\.$"):
        made_fit(sent, is_photo=True)


def test_a_blur_and_a_ribbon_are_refused_in_words() -> None:
    assert why_too_small(PictureKind.LOGO, 64, 64) is None
    assert why_too_small(PictureKind.PEOPLE, 300, 1200) is None
    assert "too small (299 by 900 pixels)" in (why_too_small(PictureKind.PLACE, 299, 900) or "")
    assert "four times" in (why_too_small(PictureKind.PEOPLE, 1201, 300) or "")


def test_one_goes_before_the_one_before_it() -> None:
    assert [one_earlier([1, 2, 3], one) for one in (1, 2, 3, 9)] == [[1, 2, 3], [2, 1, 3], [1, 3, 2], [1, 2, 3]]
