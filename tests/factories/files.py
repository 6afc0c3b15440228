"""Files that somebody chose: a PDF, a photo as a telephone takes it, and one that waits or stays."""

import hashlib
import io

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from app.base import clock
from app.base.columns import new_public_id
from app.base.db import db
from app.people.accounts.models import Person
from app.platform.files.actions import hold_file
from app.platform.files.gateway import store
from app.platform.files.models import StoredFile
from app.platform.files.rules.photos import made_fit

PDF = b"%PDF-1.7 a receipt"


def waiting(person: Person, content: bytes = PDF, key: str = "a-key-made-with-the-form", name: str = "bill.pdf") -> str:
    """Let a file wait with a form; gives what it waits for."""
    hold_file(person_id=person.id, waits_for=f"receipt:{key}", name=name, fit=made_fit(content))
    return f"receipt:{key}"


def stored(person: Person, content: bytes = PDF, name: str = "bill.pdf") -> StoredFile:
    """A file that is kept for good."""
    made = StoredFile(
        public_id=new_public_id(), key=store().put(content, "application/pdf"), name=name, media_type="application/pdf",
        size=len(content), digest=hashlib.sha256(content).hexdigest(), person_id=person.id, at=clock.now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def photo(size: tuple[int, int] = (400, 300), form: str = "JPEG", *, turned: int = 1, noisy: bool = False) -> bytes:
    """A photo as a telephone takes it, with the place and the owner written into it; ``turned`` is the way it was held."""
    picture = Image.effect_noise(size, 90).convert("RGB") if noisy else Image.new("RGB", size, "teal")
    picture.paste("white", (0, 0, size[0] // 2, size[1] // 4))
    exif = Image.Exif()
    exif[0x0112] = turned
    exif[0x010F] = "SECRETMAKER"
    exif[0x9003] = "2026:11:24 09:02:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (IFDRational(53), IFDRational(28), IFDRational(48)), 3: "W"})
    made = io.BytesIO()
    more = {"quality": 95} if form in {"JPEG", "WEBP", "HEIF", "AVIF"} else {}
    picture.save(made, form, exif=exif.tobytes(), **more)
    return made.getvalue()
