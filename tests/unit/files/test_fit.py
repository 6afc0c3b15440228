"""What becomes of each kind of file somebody chooses: what is kept of it, or why it is refused and how to mend that."""

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.base.sizes import FILE_MOST_BYTES
from app.platform.files.rules.kinds import ENDINGS, JPEG, PDF, PHOTOS, PNG, file_kind, plain_name
from app.platform.files.rules.photos import LONGEST_SIDE, Unfit, made_fit
from tests.factories.files import photo

SECRETS = (b"SECRETMAKER", b"2026:11:24", b"GPS", b"Exif", b"http://ns.adobe.com")
KEPT: dict[str, tuple[Callable[[], bytes], str, tuple[int, int] | None]] = {
    "a photo": (photo, JPEG, (400, 300)),
    "a photo of an iPhone": (lambda: photo(form="HEIF"), JPEG, (400, 300)),
    "a photo saved by a browser": (lambda: photo(form="WEBP"), JPEG, (400, 300)),
    "a photo of a new Android": (lambda: photo(form="AVIF"), JPEG, (400, 300)),
    "a photo held upright": (lambda: photo(turned=6), JPEG, (300, 400)),
    "a picture of a screen": (lambda: photo(form="PNG"), PNG, (400, 300)),
    "a large photo": (lambda: photo((6000, 4000)), JPEG, (LONGEST_SIDE, LONGEST_SIDE * 4000 // 6000)),
    "a large photo saved as a picture of a screen": (
        lambda: photo((1600, 1200), "PNG", noisy=True),
        JPEG,
        (1600, 1200),
    ),
    "a PDF": (lambda: b"%PDF-1.7\n%rest", PDF, None),
    "a PDF with something before it": (lambda: b"\r\n\r\n%PDF-1.4\n", PDF, None),
}


@pytest.mark.parametrize("kind", KEPT)
def test_what_people_choose_is_made_fit(kind: str) -> None:
    make, media_type, size = KEPT[kind]
    sent = make()
    fit = made_fit(sent)
    assert fit.media_type == media_type
    if size is None:
        assert fit.content == sent
        return
    with Image.open(io.BytesIO(fit.content)) as kept:
        assert all(abs(one - other) <= 1 for one, other in zip(kept.size, size, strict=True))
        assert kept.getexif() == {}
    assert file_kind(fit.content) == media_type
    # Where it was taken, when, and with whose telephone is not in it any more.
    assert [secret for secret in SECRETS if secret in fit.content] == []


def test_the_photos_of_this_test_do_say_where_they_were_taken() -> None:
    for form in ("JPEG", "HEIF", "WEBP", "AVIF", "PNG"):
        assert b"SECRETMAKER" in photo(form=form)


def test_a_photo_of_eleven_megabytes_is_made_smaller_instead_of_refused() -> None:
    sent = photo((3600, 2700), noisy=True)
    assert 6 * 1024 * 1024 < len(sent) < FILE_MOST_BYTES
    assert len(made_fit(sent).content) < len(sent)


def test_what_was_held_upright_is_drawn_upright() -> None:
    with Image.open(io.BytesIO(made_fit(photo(turned=6)).content)) as kept:
        # The white corner of the picture was at the top left; turned a quarter to the right it is at the top right.
        assert (kept.getpixel((290, 10))[0] > 200, kept.getpixel((10, 390))[0] > 200) == (True, False)


def test_what_is_seen_through_is_white_and_no_black() -> None:
    clear = Image.effect_noise((1500, 1500), 90).convert("RGBA")
    clear.putalpha(0)
    made = io.BytesIO()
    clear.save(made, "PNG")
    for form in (made.getvalue(), _as("WEBP", clear)):
        with Image.open(io.BytesIO(made_fit(form).content)) as kept:
            flat = Image.new("RGBA", kept.size, "white")
            seen = kept.convert("RGBA")
            flat.paste(seen, mask=seen.getchannel("A"))
            assert flat.getpixel((700, 700))[:3] == (255, 255, 255)


def _as(form: str, picture: Image.Image) -> bytes:
    made = io.BytesIO()
    picture.save(made, form)
    return made.getvalue()


def _bomb(side: int) -> bytes:
    """A PNG of a few hundred bytes that says it is this wide and high."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "is empty"),
    "too much": (lambda: b"%PDF-" + b"x" * FILE_MOST_BYTES, "bigger than 20MB"),
    "a web page called receipt.jpg": (lambda: b"<script>alert(1)</script>", "must be a photo"),
    "a film": (lambda: b"\0\0\0\x18ftypmp42" + b"\0" * 40, "must be a photo"),
    "a drawing with a program in it": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "must be a photo"),
    "a moving picture": (lambda: b"GIF89a" + b"\0" * 40, "must be a photo"),
    "half a photo": (lambda: photo((900, 900), noisy=True)[:4000], "cannot be opened"),
    "the first bytes of a photo": (lambda: b"\xff\xd8\xff\xe0 and no more", "cannot be opened"),
    "a broken photo of an iPhone": (lambda: b"\0\0\0\x18ftypheic" + b"\0" * 60, "cannot be opened"),
    "a few bytes that say they are a wall": (lambda: _bomb(60_000), "too many pixels|cannot be opened"),
    "a few bytes that say they are a house": (lambda: _bomb(9_000), "too many pixels"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_kept_is_refused_with_how_to_mend_it(kind: str) -> None:
    make, words = REFUSED[kind]
    with pytest.raises(Unfit, match=words):
        made_fit(make())


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"\0\0\0\x18ftypheic", b"RIFF0000WEBP"]),
)
def test_whatever_is_chosen_is_kept_or_refused_in_words(rest: bytes, start: bytes) -> None:
    try:
        assert made_fit(start + rest).media_type in ENDINGS
    except Unfit as refusal:
        assert str(refusal)


def test_every_kind_has_an_ending() -> None:
    assert {*PHOTOS, PDF} == set(ENDINGS)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("IMG_0042.HEIC", "IMG_0042.HEIC"), ("C:\\Users\\Ada\\bill.pdf", "bill.pdf"), ("../../etc/passwd", "passwd"),
        ("a\r\nb\0.jpg", "a b .jpg"), ("", "file"), ("x" * 200 + ".jpg", "x" * 116 + ".jpg"),
    ],
)  # fmt: skip
def test_a_name_is_kept_without_its_folders(name: str, kept: str) -> None:
    assert plain_name(name) == kept
