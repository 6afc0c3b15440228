"""What the listing desk asks of a listing: its words, where it reaches, for whom."""

from collections.abc import Sequence
from typing import Any

from wtforms.validators import ValidationError

from app.market.catalogue.actions.listings import Area, ListingWords, version_of
from app.market.catalogue.models import Listing
from app.market.catalogue.rules.kinds import KINDS, NATURE_WORDS
from app.market.catalogue.rules.suitability import DAY_WORDS, NEEDS, TIME_WORDS, need_codes
from app.market.catalogue.rules.words import AGE_MOST, NOTICE_MOST_HOURS
from app.people.councils.forms import PostcodeField, real_postcode
from app.people.councils.models import Council
from app.platform.web.fields import (
    ChoicesField,
    Form,
    KeyField,
    ListField,
    LongTextField,
    NumberField,
    TextField,
    YesField,
)

DAYS = {str(day): words for day, words in DAY_WORDS.items()}
LIST_MOST = 20


class ListingForm(Form):
    """The words of a listing that exists: told to nobody in particular, so words of danger are its subject."""

    asks_about_danger = False

    title = TextField(
        "Title", required="Enter a title", hint="What it is, in a few words: Help at home in the mornings", longest=150
    )
    summary = TextField(
        "Short description", required="Enter a short description", hint="One sentence, shown in search", longest=300
    )
    description = LongTextField("Full description", hint="What you do, who it suits, what a visit is like")
    areas = ChoicesField("Where does it reach?", required="Select at least one place", hint="Select all that apply")
    is_free = YesField("It is free for everybody")
    can_take_new_people = YesField("We can take new people now", default=True)
    notice_hours = NumberField(
        "Notice to cancel, in hours",
        least=0,
        most=NOTICE_MOST_HOURS,
        required="Enter how many hours of notice you need",
        hint="Somebody who cancels at least this long before the visit pays nothing",
        default=24,
    )
    days = ChoicesField("Days it can be had", choices=DAYS, hint="Leave empty if it varies")
    times = ChoicesField(
        "Parts of the day it can be had",
        choices={time.value: words for time, words in TIME_WORDS.items()},
        hint="People filter by these. Leave empty if it varies",
    )
    opening_times = TextField("Times", hint="For example 9am to 5pm, or Tuesdays at 2pm", longest=300)
    how_to_join = TextField("How to join or start", longest=300)
    needs = ChoicesField(
        "Who it suits", choices=NEEDS, hint="Select the needs you know how to meet. People filter by these"
    )
    other_needs = TextField("Anybody else it suits", hint="With commas between: Stroke, Parkinson's", longest=300)
    languages = TextField(
        "Languages spoken", hint="With commas between: English, Urdu, British Sign Language", longest=200
    )
    age_from = NumberField("Youngest age", least=0, most=AGE_MOST, hint="Leave empty for no limit")
    age_to = NumberField("Oldest age", least=0, most=AGE_MOST, hint="Leave empty for no limit")
    address = TextField("Address", hint="Where people come to, if they do", longest=300)
    postcode = PostcodeField("Postcode", rules=[real_postcode])
    seen = KeyField()

    def offer(self, councils: Sequence[Council]) -> None:
        """Offer the places there are: each council as a whole, then its localities."""
        self._places: dict[str, Area] = {}
        words = {}
        for council in councils:
            self._places[council.code] = (council.id, None)
            words[council.code] = f"All of {council.name}"
            for locality in council.localities:
                key = f"{council.code}/{locality.slug}"
                self._places[key] = (council.id, locality.id)
                words[key] = f"{locality.name}, {council.name}"
        self.areas.choices = list(words.items())

    def fill_from(self, listing: Listing) -> None:
        """Show what is saved."""
        for name in ("title", "summary", "description", "is_free", "can_take_new_people", "notice_hours"):
            self[name].data = getattr(listing, name)
        for name in ("opening_times", "how_to_join", "age_from", "age_to", "address", "postcode"):
            self[name].data = getattr(listing, name)
        self.days.data = [str(day) for day in listing.days]
        self.times.data = list(listing.times or [])
        self.needs.data = need_codes(listing.needs)
        known = {NEEDS[code] for code in self.needs.data}
        self.other_needs.data = ", ".join(
            words for words in listing.needs if NEEDS.get(next(iter(need_codes([words])), "")) not in known
        )
        self.languages.data = ", ".join(listing.languages)
        reached = {(area.council_id, area.locality_id) for area in listing.areas}
        self.areas.data = [key for key, area in self._places.items() if area in reached]
        self.seen.data = version_of(listing)

    def words(self) -> ListingWords:
        """What was written, for the action."""
        return ListingWords(
            title=self.title.data or "",
            summary=self.summary.data or "",
            description=self.description.data or "",
            is_free=self.is_free.data,
            can_take_new_people=self.can_take_new_people.data,
            notice_hours=self.notice_hours.data,
            opening_times=self.opening_times.data or "",
            how_to_join=self.how_to_join.data or "",
            days=[int(day) for day in self.days.data or []],
            languages=_parts(self.languages.data),
            needs=list(
                dict.fromkeys([*(NEEDS[code] for code in self.needs.data or []), *_parts(self.other_needs.data)])
            ),
            times=self.times.data or [],
            age_from=self.age_from.data,
            age_to=self.age_to.data,
            address=self.address.data or None,
            postcode=self.postcode.data or None,
        )

    def chosen_areas(self) -> list[Area]:
        """The places selected, as the action takes them."""
        return [self._places[key] for key in self.areas.data or []]

    def validate_age_to(self, field: Any) -> None:
        """Two ages run upwards."""
        if field.data is not None and self.age_from.data is not None and field.data < self.age_from.data:
            raise ValidationError("The oldest age must not be below the youngest")


class NewListingForm(ListingForm):
    """A listing from nothing: its kind is chosen once."""

    kind = ListField(
        "Kind of support",
        required="Select what kind of support it is",
        choices={"": "Select a kind"}
        | {kind.code: f"{kind.name} ({NATURE_WORDS[kind.nature].lower()})" for kind in KINDS.values()},
    )
    seen = KeyField(default="a-listing-not-yet-written")


def _parts(text: str | None) -> list[str]:
    parts = [" ".join(part.split()) for part in (text or "").split(",")]
    return list(dict.fromkeys(part for part in parts if part))[:LIST_MOST]
