"""Making a chosen file fit to keep: photos smaller and turned upright, without what the telephone wrote into them.

A telephone writes into a photo where and when it was taken and who owns it. None of that is kept: the picture is drawn anew.
"""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

from app.base.sizes import FILE_MOST_BYTES, FILE_MOST_WORDS
from app.platform.files.rules.kinds import JPEG, PDF, PHOTOS, PNG, file_kind

LONGEST_SIDE = 3000
"""Pixels. The small print of a till receipt can be read at a third of it; what is larger is made so."""
PIXELS_MOST = 250_000_000
"""Of a photo that is opened at all: the largest cameras of telephones have 200 million."""
UNDRAFTED_MOST = 60_000_000
"""The same of formats that cannot be opened at a smaller size: four bytes of memory for each."""
QUALITY = 88
TRY_AGAIN = "Take the photo again, or choose another file."

register_heif_opener()


class Unfit(ValueError):  # noqa: N818 - it says what the file is
    """The file cannot be kept; ``str()`` says why, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A file that can be kept."""

    content: bytes
    media_type: str


def made_fit(content: bytes, *, is_photo: bool = False) -> Fit:
    """What is kept of a chosen file: a PDF as it is, a photo drawn anew.

    Args:
        content: of the file.
        is_photo: nothing but a photo will do.

    Raises:
        Unfit: when it is empty, too big, neither a photo nor a PDF, or cannot be opened.
    """
    if not content:
        raise Unfit(f"The file is empty. Choose {'a photo' if is_photo else 'a photo or a PDF'}.")
    if len(content) > FILE_MOST_BYTES:
        raise Unfit(f"The file is bigger than {FILE_MOST_WORDS}. Choose a smaller one, or take a photo of it.")
    kind = file_kind(content)
    if kind is None or (is_photo and kind not in PHOTOS):
        raise Unfit(f"The file must be a photo (JPG, PNG, HEIC, WebP or AVIF){'' if is_photo else ' or a PDF'}")
    return Fit(content, PDF) if kind not in PHOTOS else _redrawn(content, kind)


def _redrawn(content: bytes, kind: str) -> Fit:
    try:
        with warnings.catch_warnings():
            # What it warns of is measured below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as photo:
                return _saved(_upright(photo), kind)
    except Unfit:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, MemoryError) as no:
        msg = f"This photo cannot be opened: it may be broken or cut short. {TRY_AGAIN}"
        raise Unfit(msg) from no


def _upright(photo: Image.Image) -> Image.Image:
    pixels = photo.width * photo.height
    if photo.format in {"JPEG", "MPO"}:
        # A JPEG is opened at an eighth, a quarter or half of its size when that is enough.
        photo.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    elif pixels > UNDRAFTED_MOST:
        pixels = PIXELS_MOST + 1
    if pixels > PIXELS_MOST:
        raise Unfit(f"This photo has too many pixels ({photo.width} by {photo.height}). Choose a smaller one.")
    turned = ImageOps.exif_transpose(photo)
    turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return turned


def _saved(photo: Image.Image, kind: str) -> Fit:
    made = io.BytesIO()
    if kind == PNG:
        # Letters on a screen stay sharp; what is a photo all the same is far smaller as one.
        plain = photo if photo.mode in {"RGB", "RGBA", "L", "LA", "1"} else photo.convert(_seen_through(photo) or "RGB")
        plain.info.clear()
        plain.save(made, "PNG", optimize=True)
        if made.tell() <= FILE_MOST_BYTES // 10:
            return Fit(made.getvalue(), PNG)
        made = io.BytesIO()
    flat = _on_white(photo)
    flat.info.clear()
    flat.save(made, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Fit(made.getvalue(), JPEG)


def _on_white(photo: Image.Image) -> Image.Image:
    """Without see-through parts, which a JPEG would make black."""
    if _seen_through(photo):
        seen = photo.convert("RGBA")
        flat = Image.new("RGB", seen.size, "white")
        flat.paste(seen, mask=seen.getchannel("A"))
        return flat
    return photo.convert("RGB")


def _seen_through(photo: Image.Image) -> str:
    """The mode that keeps see-through parts, when there are some."""
    return "RGBA" if photo.mode in {"RGBA", "LA", "PA"} or "transparency" in photo.info else ""
