"""What a file is: known by its first bytes, never by its name."""

import re

JPEG, PNG, WEBP, HEIC, AVIF, PDF = (
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/heic",
    "image/avif",
    "application/pdf",
)
ENDINGS = {JPEG: "jpg", PNG: "png", WEBP: "webp", HEIC: "heic", AVIF: "avif", PDF: "pdf"}
"""How a file of each kind ends when it is downloaded."""
PHOTOS = frozenset({JPEG, PNG, WEBP, HEIC, AVIF})
NAME_LONGEST = 120

_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), HEIC),
    **dict.fromkeys((b"avif", b"avis"), AVIF),
}


def file_kind(content: bytes) -> str | None:
    """A photo or a PDF; nothing when it is neither."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    # Some programs write a few bytes before the first line of a PDF; readers look for it as far as here.
    if b"%PDF-" in content[:1024]:
        return PDF
    return _BRANDS.get(content[8:12]) if content[4:8] == b"ftyp" else None


def plain_name(name: str) -> str:
    """How somebody's device called a file, without its folders and without what no line of text holds."""
    last = re.split(r"[/\\]", name)[-1]
    return " ".join("".join(c if c.isprintable() else " " for c in last).split())[-NAME_LONGEST:] or "file"
