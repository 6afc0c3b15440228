"""The questions about who a provider is."""

from typing import Any

from app.market.joining.forms import readable_phone, real_address_if_any, web_address
from app.market.presenting.actions import WhoWeAre, version_of_page
from app.market.presenting.rules import CREDENTIAL_WORDS, CredentialKind, languages_in
from app.market.providers.models import Provider
from app.people.accounts.forms import EMAIL_LONGEST
from app.platform.web.fields import ChoiceField, DayField, EmailField, Form, KeyField, LongTextField, TextField

_ASKED = ("description", "phone", "email", "website", "opening_hours", "not_done")


class WhoWeAreForm(Form):
    """Who are you, and how do people reach you?"""

    asks_about_danger = False

    description = LongTextField(
        "About you", hint="Who you are, how you work, and what matters to you.", longest=5000, rows=8
    )
    phone = TextField("Telephone", longest=40, width="20", rules=[readable_phone], autocomplete="tel")
    email = EmailField("Email address", longest=EMAIL_LONGEST, rules=[real_address_if_any], autocomplete="email")
    website = TextField("Website", longest=300, rules=[web_address], autocomplete="url")
    opening_hours = TextField("When people can reach you", hint="For example weekdays 9am to 5pm", longest=300)
    languages = TextField(
        "Languages you speak", hint="With commas between: English, Urdu, British Sign Language", longest=300
    )
    not_done = LongTextField(
        "What you do not do", hint="It saves people asking. For example: no lifting, no driving.", longest=1000, rows=3
    )
    seen = KeyField()

    def fill_from(self, provider: Provider) -> None:
        """Show what is saved."""
        for name in _ASKED:
            self[name].data = getattr(provider, name)
        self.languages.data = ", ".join(provider.languages or [])
        self.seen.data = version_of_page(provider)

    def said(self) -> WhoWeAre:
        """What was written, for the action."""
        told: dict[str, Any] = {name: self[name].data or "" for name in ("description", "opening_hours", "not_done")}
        told |= {name: self[name].data or None for name in ("phone", "email", "website")}
        return WhoWeAre(**told, languages=tuple(languages_in(self.languages.data or "")))


class CredentialForm(Form):
    """What is it, who gave it, and until when?"""

    asks_about_danger = False

    kind = ChoiceField(
        "What is it?",
        required="Select what it is",
        choices={kind.value: words for kind, words in CREDENTIAL_WORDS.items()},
    )
    name = TextField("Its name", required="Enter its name", hint="For example Enhanced DBS check", longest=150)
    given_by = TextField("Who gave it or made it", required="Enter who gave it or made it", longest=150)
    given_on = DayField("When, if you know", hint="A check needs its day")
    until_on = DayField("Its last day, if it has one")
    link = TextField("A page where people can read more, if there is one", longest=300, rules=[web_address])

    def facts(self) -> dict[str, Any]:
        """What was written, for the action."""
        return {
            "kind": CredentialKind(self.kind.data),
            **{name: self[name].data for name in ("name", "given_by", "given_on", "until_on", "link")},
        }
