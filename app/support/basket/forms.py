"""The questions of the basket: what to take out, and which money pays for what."""

from flask import request

from app.platform.web.fields import Form, KeyField, new_key, number_sent
from app.support.basket.actions import Chosen
from app.support.basket.rules import LINES_MOST

LEAVE = "leave"
"""What is chosen for a line that is not to be booked now."""


class RemoveForm(Form):
    """Take it out?"""


class CheckOutForm(Form):
    """Which money pays for what?"""

    key = KeyField(default=new_key)

    def by_provider(self) -> list[list[Chosen]]:
        """The lines that were chosen, provider by provider, as the page showed them: money and price of each.

        Raises:
            BadInput: when somebody changed a price into something else.
        """
        found: dict[str, list[Chosen]] = {}
        for provider, line in [sent.partition(".")[::2] for sent in request.form.getlist("line")[:LINES_MOST]]:
            pay = request.form.get(f"pay-{line}", LEAVE)
            if pay != LEAVE:
                found.setdefault(provider, []).append(Chosen(line, pay, number_sent(request.form.get(f"price-{line}"))))
        return list(found.values())
