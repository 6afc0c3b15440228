"""What a receipt may be: its kind is read from its first bytes, never from its name."""

RECEIPT_MOST_BYTES = 5 * 1024 * 1024

_JPEG, _PNG, _PDF, _HEIC = "image/jpeg", "image/png", "application/pdf", "image/heic"
ENDINGS = {_JPEG: "jpg", _PNG: "png", _PDF: "pdf", _HEIC: "heic"}
"""How a receipt of each kind is called when it is downloaded."""


def receipt_kind(content: bytes) -> str | None:
    """What a file is by its content: a photo or a PDF; nothing when it is neither."""
    if content.startswith(b"\xff\xd8\xff"):
        return _JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _PNG
    if content.startswith(b"%PDF-"):
        return _PDF
    return _HEIC if content[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1"} else None


def receipt_fault(content: bytes) -> str | None:
    """Why a file cannot be kept as a receipt, saying how to mend it; nothing when it can."""
    if not content:
        return "The file is empty. Choose a photo or a PDF of the receipt."
    if len(content) > RECEIPT_MOST_BYTES:
        return "The file must be smaller than 5MB. Take a smaller photo, or leave the receipt out."
    return None if receipt_kind(content) else "The file must be a photo (JPG, PNG or HEIC) or a PDF"
