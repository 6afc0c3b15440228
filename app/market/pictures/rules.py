"""What a picture shows, how large it must be, and how it is drawn in several widths."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from PIL import Image

from app.platform.files.rules.photos import Unfit

PICTURES_MOST = 12
"""Of one provider: its logo and eleven others. Who looks for support does not look through an album."""
ALT_LONGEST = 300
ALT_SHORTEST = 5
"""Letters that describe a picture: fewer say nothing to whoever cannot see it."""
WEBP = "image/webp"
WIDTHS = (160, 320, 640, 1280)
"""Pixels, the smallest for results. A picture is never drawn wider than it came."""
QUALITY = 76
RATIO_MOST = 4
"""The longer side, as so many times the shorter."""


class PictureKind(StrEnum):
    """What a picture shows."""

    LOGO = "logo"
    PEOPLE = "people"
    PLACE = "place"


PICTURE_WORDS = {
    PictureKind.LOGO: "Our logo",
    PictureKind.PEOPLE: "People",
    PictureKind.PLACE: "A place, or what we do",
}
SMALLEST_SIDE = {PictureKind.LOGO: 64, PictureKind.PEOPLE: 300, PictureKind.PLACE: 300}
"""Pixels of the shorter side, below which a picture is a blur."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture in one width, ready to be kept."""

    width: int
    height: int
    content: bytes


def why_too_small(kind: PictureKind, width: int, height: int) -> str | None:
    """What is wrong with the size of a picture, in words for whoever chose it; nothing when all is well."""
    least = SMALLEST_SIDE[kind]
    if min(width, height) < least:
        return f"This picture is too small ({width} by {height} pixels). Choose one of at least {least} by {least}"
    if max(width, height) > RATIO_MOST * min(width, height):
        return "This picture is too long and thin. Choose one whose longer side is at most four times the shorter"
    return None


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height in pixels of a picture that was made fit before."""
    with Image.open(io.BytesIO(content)) as photo:
        return photo.size


def in_widths(content: bytes, *, effort: int = 4) -> tuple[Drawn, ...]:
    """A picture that was made fit before, drawn anew as WebP in each width it is large enough for, the smallest first.

    Args:
        content: a JPEG or PNG, as ``made_fit`` gives it.
        effort: 0 to 6, how hard WebP tries to be small.

    Raises:
        Unfit: when it cannot be opened.
    """
    return each_width(_opened(content), effort=effort)


def each_width(plain: Image.Image, *, effort: int = 4) -> tuple[Drawn, ...]:
    """The same of a picture that is open already, in colours with or without clear parts."""
    wanted = [width for width in WIDTHS if width < plain.width] + [min(plain.width, WIDTHS[-1])]
    return tuple(_drawn(plain, width, effort) for width in dict.fromkeys(wanted))


def _opened(content: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(content)) as photo:
            has_clear_parts = photo.mode in {"RGBA", "LA", "PA"} or "transparency" in photo.info
            plain = photo.convert("RGBA" if has_clear_parts else "RGB")
    except (OSError, ValueError, SyntaxError) as no:
        raise Unfit("This picture cannot be opened. Choose another.") from no
    plain.info.clear()
    return plain


def _drawn(photo: Image.Image, width: int, effort: int) -> Drawn:
    height = max(1, round(photo.height * width / photo.width))
    made = io.BytesIO()
    photo.resize((width, height), Image.Resampling.LANCZOS).save(made, "WEBP", quality=QUALITY, method=effort)
    return Drawn(width, height, made.getvalue())


def one_earlier(order: Sequence[int], moved: int) -> list[int]:
    """The order in which one picture has changed places with the one before it: ``[1, 2, 3], 3`` -> ``[1, 3, 2]``."""
    found = list(order)
    for before, one in pairwise(range(len(found))):
        if found[one] == moved:
            found[before], found[one] = found[one], found[before]
            break
    return found
