"""The questions to somebody who joins, each page one subject, and the council's answer."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from wtforms.validators import ValidationError

from app.base.answers import read_phone
from app.base.money import Money
from app.market.catalogue.rules.kinds import KINDS
from app.market.catalogue.rules.rates import UNIT_WORDS, Unit
from app.market.joining.models import Joining
from app.market.joining.rules import JOINING_KINDS, NAME_LONGEST, kinds_open_to
from app.market.providers.rules import ProviderKind
from app.people.accounts.forms import EMAIL_LONGEST, real_address
from app.people.councils.models import Council
from app.people.councils.rules.geography import compact_postcode, show_postcode
from app.platform.web.fields import (
    ChoiceField,
    EmailField,
    Form,
    ListField,
    LongTextField,
    MoneyField,
    TextField,
    YesField,
)

FREE = "free"
PHONE_LONGEST = 30
SITE_LONGEST = 300
CHARITY_NUMBER = re.compile(r"(?:SC|NIC)?[0-9]{5,7}(?:-[0-9]{1,2})?")
"""England and Wales, Scotland (SC) and Northern Ireland (NIC)."""
LOCATION_NUMBER = re.compile(r"1-[0-9]{6,12}")


def readable_phone(form: Any, field: Any) -> None:
    """A telephone number as people dial it, where there is one."""
    del form
    if field.data:
        try:
            field.data = read_phone(field.data)[:PHONE_LONGEST]
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from None


def real_address_if_any(form: Any, field: Any) -> None:
    """What can be an email address, where there is one."""
    if field.data:
        real_address(form, field)


def web_address(form: Any, field: Any) -> None:
    """A web address of http or https; the beginning may be left out."""
    del form
    if not field.data:
        return
    typed = field.data if "://" in field.data else f"https://{field.data}"
    if not _is_of_the_web(typed):
        msg = "Enter a web address in the right form, like www.example.org"
        raise ValidationError(msg)
    field.data = typed


def _is_of_the_web(typed: str) -> bool:
    try:
        parts = urlsplit(typed)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in parts.netloc and not any(one in typed for one in " <>\"'")


class WhoForm(Form):
    """Who are you?"""

    asks_about_danger = False

    kind = ChoiceField(
        "What sort of provider are you?",
        required="Select what sort of provider you are",
        choices={kind.value: words for kind, (words, _) in JOINING_KINDS.items()},
        hints={kind.value: hint for kind, (_, hint) in JOINING_KINDS.items() if hint},
    )
    name = TextField(
        "Name of the provider",
        required="Enter the name people know you by",
        hint="As people know it. If you work alone, this can be your own name.",
        longest=NAME_LONGEST,
        autocomplete="organization",
    )
    postcode = TextField(
        "Postcode",
        required="Enter the postcode of your office, or where you start from",
        hint="Of your office, or where you start from. It is shown on your page.",
        longest=10,
        width="10",
        autocomplete="postal-code",
    )
    phone = TextField(
        "Telephone for customers",
        hint="Shown on your page. Enter this, or an email address below.",
        longest=40,
        width="20",
        rules=[readable_phone],
        autocomplete="tel",
    )
    email = EmailField(
        "Email address for customers",
        hint="Shown on your page.",
        longest=EMAIL_LONGEST,
        rules=[real_address_if_any],
        autocomplete="email",
    )
    website = TextField("Website, if you have one", longest=SITE_LONGEST, rules=[web_address], autocomplete="url")
    about = LongTextField("About you, if you like", hint="Who you are and how you work. You can add it later.", rows=4)

    def validate_postcode(self, field: Any) -> None:
        """A whole postcode."""
        try:
            field.data = show_postcode(compact_postcode(field.data or ""))
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from None

    def validate_phone(self, field: Any) -> None:
        """One way to be reached is needed, and one is enough."""
        if not field.data and not self.email.data:
            msg = "Enter a telephone number or an email address for customers"
            raise ValidationError(msg)

    def fill_from(self, joining: Joining) -> None:
        """Show what was said."""
        for name in ("name", "phone", "email", "website", "about"):
            self[name].data = getattr(joining, name)
        self.kind.data = joining.kind.value
        self.postcode.data = show_postcode(joining.postcode)

    def facts(self) -> dict[str, Any]:
        """What was said, for the action."""
        return {
            "kind": ProviderKind(self.kind.data),
            **{name: self[name].data or "" for name in ("name", "postcode", "phone", "email", "website", "about")},
        }


class OfferForm(Form):
    """What do you offer?"""

    asks_about_danger = False

    kind = ListField("What do you offer?", required="Select what you offer")
    summary = TextField(
        "Say it in one sentence",
        required="Say in one sentence what you offer",
        hint="For example: I clean, shop and keep you company, at your pace.",
        longest=300,
    )
    area = ListField("Where do you work?", required="Select where you work")
    unit = ChoiceField(
        "How do you charge?",
        required="Select how you charge",
        choices={
            unit.value: f"For {words}"
            for unit, words in UNIT_WORDS.items()
            if unit not in {Unit.SLEEP_IN, Unit.WAKING_NIGHT, Unit.ITEM}
        }
        | {Unit.ITEM.value: "For each thing", FREE: "It is free"},
    )
    price = MoneyField(
        "Price",
        hint="What people pay, with any VAT in it, on every day. You can set other prices for weekends later.",
    )
    title = TextField("Title, if the kind of support does not say enough", longest=150)
    opening_times = TextField("When, if you like", hint="For example weekday mornings, or Tuesdays at 2pm", longest=300)
    languages = TextField("Languages you speak, if you like", hint="With commas between: English, Urdu", longest=200)

    def offer(self, joining: Joining, councils: Sequence[Council]) -> None:
        """Offer what this kind of provider can offer, and the places there are."""
        codes = kinds_open_to(joining.kind)
        self.kind.choices = [("", "Select what you offer"), *((code, KINDS[code].name) for code in codes)]
        self._places: dict[str, tuple[int, int | None]] = {}
        words = {"": "Select where you work"}
        for council in councils:
            self._places[council.code] = (council.id, None)
            words[council.code] = f"All of {council.name}"
            for locality in council.localities:
                key = f"{council.code}/{locality.slug}"
                self._places[key] = (council.id, locality.id)
                words[key] = f"{locality.name}, {council.name}"
        self.area.choices = list(words.items())

    def fill_from(self, joining: Joining, here: int | None) -> None:
        """Show what was said; at first the council of their own postcode."""
        area = (joining.council_id, joining.locality_id) if joining.council_id else (here, None)
        self.area.data = next((key for key, place in self._places.items() if place == area), "")
        if joining.offer is None:
            return
        for name in ("summary", "opening_times", "languages"):
            self[name].data = getattr(joining, name)
        self.kind.data = joining.offer
        self.title.data = "" if joining.title == KINDS[joining.offer].name else joining.title
        self.unit.data = joining.unit.value if joining.unit is not None else FREE
        if joining.price_pence is not None:
            self.price.data = Money(joining.price_pence)

    def validate_price(self, field: Any) -> None:
        """A price where it is not free."""
        if self.unit.data and self.unit.data != FREE and field.data is None and not field.process_errors:
            msg = "Enter the price"
            raise ValidationError(msg)

    def facts(self) -> dict[str, Any]:
        """What was said, for the action."""
        is_free = self.unit.data == FREE
        return {
            "kind": self.kind.data,
            "summary": self.summary.data or "",
            "title": self.title.data or "",
            "area": self._places[self.area.data],
            "unit": None if is_free else Unit(self.unit.data),
            "price_pence": None if is_free else self.price.data.pence,
            "opening_times": self.opening_times.data or "",
            "languages": self.languages.data or "",
        }


class RegisterNumbersForm(Form):
    """What are your numbers in public registers?"""

    charity_number = TextField("Charity number", hint="Leave it empty if you have none.", longest=12, width="10")
    cqc_location_id = TextField(
        "Location number of the Care Quality Commission (CQC)",
        hint="It looks like 1-123456789 and stands on your certificate and on CQC’s website.",
        longest=20,
        width="20",
    )

    def ask(self, *, about_charity: bool, about_registration: bool) -> None:
        """Leave out what this provider does not need."""
        if not about_charity:
            del self.charity_number
        if not about_registration:
            del self.cqc_location_id

    def validate_charity_number(self, field: Any) -> None:
        """Its shape, in any of the three registers."""
        field.data = "".join((field.data or "").split()).upper()
        if field.data and not CHARITY_NUMBER.fullmatch(field.data):
            msg = "Enter a charity number in the right form, like 1123456 or SC012345"
            raise ValidationError(msg)

    def validate_cqc_location_id(self, field: Any) -> None:
        """Its shape."""
        field.data = "".join((field.data or "").split())
        if not LOCATION_NUMBER.fullmatch(field.data):
            msg = "Enter the location number as it stands on your certificate, like 1-123456789"
            raise ValidationError(msg)

    def facts(self) -> dict[str, str | None]:
        """What was said, for the action."""
        return {
            name: self[name].data or None if name in self else None for name in ("charity_number", "cqc_location_id")
        }


class PublishForm(Form):
    """Is it all so?"""

    is_true = YesField(
        "What I have written is true, and I may speak for this provider", required="Tick this to say that it is true"
    )


class CheckJoiningForm(Form):
    """The council's yes or no."""

    decision = ChoiceField(
        "What do you decide?",
        required="Select yes or no",
        choices={"approve": "Yes, put it on show", "decline": "No"},
    )
    reason = LongTextField("Reason", hint="Needed when you say no. It is sent to the person who asked.", rows=3)

    def validate_reason(self, field: LongTextField) -> None:
        """A no is explained."""
        if self.decision.data == "decline" and not (field.data or "").strip():
            message = "Enter the reason: it is sent to the person who asked"
            raise ValidationError(message)
