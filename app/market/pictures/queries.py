"""Reading a provider's pictures."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.base.db import db
from app.base.refusals import NotFound
from app.market.pictures.models import PictureSize, ProviderPicture
from app.platform.files.models import StoredFile


def pictures_shown(provider_id: int) -> Sequence[ProviderPicture]:
    """What a provider shows of itself, its logo first, with every width, in one query."""
    found = db.session.scalars(_shown(provider_id).options(joinedload(ProviderPicture.sizes))).unique().all()
    return sorted(found, key=lambda one: (one.kind != "logo", one.position, one.id))


def picture_shown(provider_id: int, public_id: str) -> ProviderPicture:
    """One of them.

    Raises:
        NotFound: when there is none, or it was taken away.
    """
    found = db.session.scalar(_shown(provider_id).where(ProviderPicture.public_id == public_id))
    if found is None:
        raise NotFound("There is no such picture, or not any more.")
    return found


def picture_file(public_id: str, width: int) -> StoredFile:
    """The file of a picture in one width, for everybody, in one query.

    Raises:
        NotFound: when there is none, or the picture was taken away.
    """
    found = db.session.scalar(
        select(StoredFile)
        .join(PictureSize, PictureSize.file_id == StoredFile.id)
        .join(PictureSize.picture)
        .where(ProviderPicture.public_id == public_id, ProviderPicture.ended_at.is_(None), PictureSize.width == width)
    )
    if found is None:
        raise NotFound("There is no such picture, or not any more.")
    return found


def picture_with_key(provider_id: int, key: str) -> ProviderPicture | None:
    """The picture that one sending of the form made, shown or taken away since."""
    return db.session.scalar(
        select(ProviderPicture).where(ProviderPicture.provider_id == provider_id, ProviderPicture.key == key)
    )


def _shown(provider_id: int) -> Select[ProviderPicture]:
    return (
        select(ProviderPicture)
        .where(ProviderPicture.provider_id == provider_id, ProviderPicture.ended_at.is_(None))
        .order_by(ProviderPicture.position, ProviderPicture.id)
    )
