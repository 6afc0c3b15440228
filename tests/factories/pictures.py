"""A picture that a provider shows."""

import itertools

from app.base.db import transaction
from app.market.pictures.actions import show_drawn
from app.market.pictures.models import ProviderPicture
from app.market.pictures.rules import WEBP, PictureKind, in_widths
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.platform.files.actions import put_away
from app.platform.files.rules.photos import made_fit
from tests.factories.files import photo

_numbers = itertools.count(1)


def picture(
    actor: Person, provider: Provider, *, kind: PictureKind = PictureKind.PEOPLE, alt: str = "Two people plant a tree"
) -> ProviderPicture:
    """Drawn, put away and shown."""
    drawn = in_widths(made_fit(photo((640, 480))).content, effort=0)
    put = [(one, put_away(one.content, WEBP)) for one in drawn]
    key = f"picture-of-a-test-{next(_numbers)}"
    with transaction():
        return show_drawn(actor=actor, provider=provider, kind=kind, alt=alt, put=put, key=key)
