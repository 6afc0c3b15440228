"""Every provider of the demonstration hangs up its logo, and most a picture of their people and of their place."""

from app.base import clock
from app.demo.actions.world import World
from app.demo.rules.drawings import PaintedPicture, drawn_logo, drawn_people, drawn_place
from app.market.pictures.actions import show_drawn
from app.market.pictures.rules import WEBP, PictureKind, each_width
from app.market.providers.models import Provider
from app.platform.files.actions import put_away

EFFORT = 0
"""Of WebP: plain colours are small whatever it tries, and loading is waited for."""


def hang_pictures(world: World) -> None:
    """Every second provider shows a logo, and every third its people and its place."""
    with clock.set_to(world.morning(world.opened_on, 12)):
        for number, provider in enumerate(world.providers.values()):
            if number % 2 == 0:
                _hang(world, provider, PictureKind.LOGO, drawn_logo(provider.name))
            if number % 3 == 0:
                _hang(world, provider, PictureKind.PEOPLE, drawn_people(provider.name))
                _hang(world, provider, PictureKind.PLACE, drawn_place(provider.name))


def _hang(world: World, provider: Provider, kind: PictureKind, drawing: PaintedPicture) -> None:
    put = [(one, put_away(one.content, WEBP)) for one in each_width(drawing.picture, effort=EFFORT)]
    key = f"demonstration-{provider.public_id}-{kind.value}"
    show_drawn(actor=world.staff[provider.id], provider=provider, kind=kind, alt=drawing.words, put=put, key=key)
