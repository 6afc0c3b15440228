"""What a page of results says of the place that was typed: understood alike in either box, and never a dead end."""

from dataclasses import dataclass

from flask import url_for

from app.market.search_index.rules.questions import NamedPlace
from app.people.councils import queries as councils
from app.people.councils.models import Council
from app.people.councils.rules.geography import MapPlace, compact_or_none, outward_of, outward_or_none, show_postcode
from app.shop.storefront.views.question import Question


@dataclass(frozen=True, slots=True)
class PlaceRemark:
    """A sentence or two, and how to go on from there."""

    words: str
    go_on: str = ""
    address: str = ""


def of_place(place: MapPlace | NamedPlace, question: Question, council: Council | None) -> list[PlaceRemark]:
    """What to say of a place that was understood: that it is only near what was typed, or in another council."""
    whose = None if place.council_id is None else councils.council_by_id(place.council_id)
    is_elsewhere = whose is not None and council is not None and whose.id != council.id
    said = ""
    if place.unheld:
        said = (
            f"We do not hold the postcode {place.unheld}. It may be new, or have ended. "
            f"We looked near {place.label} instead. "
        )
    if not is_elsewhere or whose is None or council is None:
        return [PlaceRemark(said)] if said else []
    said += f"{place.unheld or place.label} is in {whose.name}, and this is support in {council.name}."
    return [PlaceRemark(said, f"Look at support in {whose.name}", question.address(council=whose.code, locality=()))]


def of_unknown(typed: str, question: Question) -> list[PlaceRemark]:
    """What to say of a place nobody here knows, and how to go on: by the council, or without a place."""
    compact = compact_or_none(typed)
    half = outward_of(compact) if compact else outward_or_none(typed)
    choose = PlaceRemark("", "Choose your council from the list", url_for("councils.councils", next=question.address()))
    if half is None:
        words = f"We do not know the place “{typed}”. Try a postcode, or a part of town."
        return [PlaceRemark(words, choose.go_on, choose.address)]
    several = councils.councils_of_outward(half)
    held = f", nor any that begins with {half}" if not several else ""
    what = (
        f"We do not hold the postcode {show_postcode(compact)}{held}." if compact else f"We hold no postcode in {half}."
    )
    if several:
        why = f"{half} is in more than one council: choose yours to look there."
    else:
        why = (
            "Check it. It may be new, or in a council that is not here. These results are from everywhere in this one."
        )
    return [PlaceRemark(f"{what} {why}", choose.go_on, choose.address)]
