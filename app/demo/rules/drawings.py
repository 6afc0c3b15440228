"""The demonstration's pictures: people and places drawn plainly by a program, each provider's its own, the same every time.

Nobody who lives is in them, and nothing is fetched: a name's letters say how the dice fall.
"""

import random
from dataclasses import dataclass

from PIL import Image, ImageDraw

WIDE, HIGH = 1280, 854
"""Pixels in which a picture is drawn, twice what is kept, so that edges are smooth."""
LOGO = 320
SKINS = ("#5b3a29", "#8d5a3b", "#c68642", "#e0ac7e", "#f3d0b1")
HAIR = ("#2b2118", "#5a3825", "#8c8c8c", "#d9d9d9", "#b5651d", "#1a1a1a")
CLOTHES = ("#1d6f6b", "#b4472e", "#355c9a", "#8a4f8f", "#c98a1b", "#4b7a3a", "#a33b5c", "#3d4b57")
LIGHT = (("#dceff2", "#f7efe0"), ("#fbe9d7", "#f4f1ea"), ("#e6eefb", "#eef3e4"), ("#f6e5ea", "#f1f4f8"))
NUMBERS = {1: "One person", 2: "Two people", 3: "Three people"}


@dataclass(frozen=True, slots=True)
class PaintedPicture:
    """A picture, and what it shows in words."""

    picture: Image.Image
    words: str


def drawn_people(name: str) -> PaintedPicture:
    """People of a provider, out of doors or round a table."""
    dice = random.Random(f"people of {name}")
    picture, pen = _ground(dice)
    many = dice.randint(1, 3)
    inside = dice.random() < 0.5
    if inside:
        _window(pen, dice)
    else:
        _hills(pen, dice)
    step = WIDE // (many + 1)
    for one in range(many):
        _person(pen, dice, step * (one + 1) + dice.randint(-40, 40), HIGH - 120, dice.randint(300, 390))
    if inside:
        _table(pen, dice)
    where = "at a table by a window" if inside else "on a hill under the sun"
    return PaintedPicture(_halved(picture), f"A drawing: {NUMBERS[many].lower()} {where}")


def drawn_place(name: str) -> PaintedPicture:
    """Where a provider is: houses in a row, with trees."""
    dice = random.Random(f"place of {name}")
    picture, pen = _ground(dice)
    _hills(pen, dice)
    houses = dice.randint(1, 3)
    step = WIDE // (houses + 1)
    for one in range(houses):
        _house(pen, dice, step * (one + 1), HIGH - 130)
    for _ in range(dice.randint(1, 4)):
        _tree(pen, dice, dice.randint(60, WIDE - 60), HIGH - 90)
    what = "a house" if houses == 1 else f"{('two', 'three')[houses - 2]} houses"
    return PaintedPicture(_halved(picture), f"A drawing: {what} and trees under the sun")


def drawn_logo(name: str) -> PaintedPicture:
    """The mark of a provider."""
    dice = random.Random(f"logo of {name}")
    picture = Image.new("RGBA", (LOGO * 2, LOGO * 2))
    pen = ImageDraw.Draw(picture)
    main, second = dice.sample(CLOTHES, 2)
    pen.rounded_rectangle((0, 0, 639, 639), radius=dice.choice((60, 140, 280)), fill=main)
    what = dice.choice(("sun", "house", "leaf", "waves"))
    if what == "sun":
        pen.ellipse((200, 200, 440, 440), fill="#fff4d6")
        for x, y in ((320, 130), (320, 510), (130, 320), (510, 320), (185, 185), (455, 185), (185, 455), (455, 455)):
            pen.ellipse((x - 26, y - 26, x + 26, y + 26), fill="#fff4d6")
    elif what == "house":
        pen.polygon(((140, 330), (320, 160), (500, 330)), fill="white")
        pen.rectangle((190, 320, 450, 490), fill="white")
        pen.rectangle((285, 380, 355, 490), fill=second)
    elif what == "leaf":
        pen.pieslice((150, 150, 650, 650), 180, 270, fill="#e9f5df")
        pen.pieslice((-10, -10, 490, 490), 0, 90, fill="#e9f5df")
    else:
        for line in range(3):
            for bow in range(3):
                x, y = 130 + bow * 130, 210 + line * 90
                pen.arc((x, y, x + 130, y + 100), 180, 360, fill="white", width=24)
    return PaintedPicture(_halved(picture), f"The logo of {name}: {'waves' if what == 'waves' else f'a {what}'}")


def _halved(picture: Image.Image) -> Image.Image:
    return picture.reduce(2)


def _ground(dice: random.Random) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    above, below = dice.choice(LIGHT)
    picture = Image.new("RGB", (WIDE, HIGH), above)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, HIGH - 160, WIDE, HIGH), fill=below)
    return picture, pen


def _hills(pen: ImageDraw.ImageDraw, dice: random.Random) -> None:
    x = dice.randint(150, WIDE - 150)
    pen.ellipse((x - 80, 80, x + 80, 240), fill="#f6c453")
    for green in ("#a9c98f", "#86b06f"):
        x, wide = dice.randint(0, WIDE), dice.randint(700, 1100)
        pen.ellipse((x - wide, HIGH - 330, x + wide, HIGH + 500), fill=green)
    pen.rectangle((0, HIGH - 165, WIDE, HIGH), fill="#6f9a5a")


def _window(pen: ImageDraw.ImageDraw, dice: random.Random) -> None:
    x = dice.randint(120, WIDE - 560)
    pen.rectangle((x, 80, x + 440, 440), fill="#cfe6f5", outline="white", width=18)
    pen.line((x + 220, 80, x + 220, 440), fill="white", width=14)
    pen.line((x, 260, x + 440, 260), fill="white", width=14)


def _table(pen: ImageDraw.ImageDraw, dice: random.Random) -> None:
    pen.rounded_rectangle((90, HIGH - 190, WIDE - 90, HIGH - 120), radius=24, fill="#9b6b43")
    pen.rectangle((160, HIGH - 120, 200, HIGH), fill="#83583a")
    pen.rectangle((WIDE - 200, HIGH - 120, WIDE - 160, HIGH), fill="#83583a")
    for _ in range(dice.randint(1, 3)):
        x = dice.randint(160, WIDE - 240)
        pen.rounded_rectangle((x, HIGH - 250, x + 64, HIGH - 186), radius=12, fill=dice.choice(CLOTHES))


def _person(pen: ImageDraw.ImageDraw, dice: random.Random, x: int, foot: int, tall: int) -> None:
    skin, hair, shirt = dice.choice(SKINS), dice.choice(HAIR), dice.choice(CLOTHES)
    trousers = dice.choice([one for one in CLOTHES if one != shirt])
    head = tall // 5
    top = foot - tall
    pen.rounded_rectangle((x - head, foot - tall // 3, x - 6, foot), radius=20, fill=trousers)
    pen.rounded_rectangle((x + 6, foot - tall // 3, x + head, foot), radius=20, fill=trousers)
    pen.rounded_rectangle((x - head - 26, top + head * 2 - 16, x + head + 26, foot - tall // 4), radius=54, fill=shirt)
    side = dice.choice((-1, 1))
    pen.line((x + side * head, top + head * 2 + 30, x + side * head * 2, top + head + 40), fill=shirt, width=42)
    pen.ellipse((x + side * head * 2 - 26, top + head + 10, x + side * head * 2 + 26, top + head + 62), fill=skin)
    pen.ellipse((x - head + 8, top - 14, x + head - 8, top + head * 2 - 40), fill=hair)
    pen.ellipse((x - head + 16, top + 10, x + head - 16, top + head * 2 - 18), fill=skin)
    for eye in (-1, 1):
        pen.ellipse((x + eye * 18 - 5, top + head - 8, x + eye * 18 + 5, top + head + 2), fill="#2b2118")
    pen.arc((x - 24, top + head - 4, x + 24, top + head + 30), 20, 160, fill="#2b2118", width=5)


def _house(pen: ImageDraw.ImageDraw, dice: random.Random, x: int, foot: int) -> None:
    wide, tall = dice.randint(110, 160), dice.randint(200, 300)
    wall, roof = (
        dice.choice(("#f5efe3", "#e8d3bd", "#d9e2ea", "#f3dcd2")),
        dice.choice(("#8c4a3b", "#5d6b78", "#7a5a44")),
    )
    pen.rectangle((x - wide, foot - tall, x + wide, foot), fill=wall)
    pen.polygon(((x - wide - 30, foot - tall), (x, foot - tall - 140), (x + wide + 30, foot - tall)), fill=roof)
    pen.rectangle((x - 34, foot - 120, x + 34, foot), fill=dice.choice(CLOTHES))
    for side in (-1, 1):
        middle = x + side * (wide - 50)
        pen.rectangle(
            (middle - 30, foot - tall + 40, middle + 30, foot - tall + 110), fill="#bcd9ea", outline="white", width=6
        )


def _tree(pen: ImageDraw.ImageDraw, dice: random.Random, x: int, foot: int) -> None:
    tall = dice.randint(120, 220)
    pen.rectangle((x - 12, foot - tall, x + 12, foot), fill="#7a5a44")
    pen.ellipse(
        (x - 70, foot - tall - 110, x + 70, foot - tall + 40), fill=dice.choice(("#4b7a3a", "#5f8f4a", "#3f6b4f"))
    )
