"""What is said about prices that go up."""

from app.platform.messages.actions.sending import tell
from app.platform.messages.rules import About


def price_rises(
    *,
    to_person_id: int,
    to_email: str,
    name: str,
    day: str,
    visits: int,
    is_weekly: bool,
    now: str,
    then: str,
    weeks_now: int | None,
    weeks_then: int | None,
    path: str,
) -> None:
    """Tells somebody with visits booked what a coming price does to them; of a week only where every week is the same."""
    lasts = (
        f" What you have left pays for {weeks_now} weeks like this now. At the new price it pays for {weeks_then}."
        if weeks_now is not None and weeks_then is not None
        else ""
    )
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject=f"A price you pay goes up on {day}",
        body=(
            f"Hello {name},\n\nA provider you have booked puts up its price on {day}. Visits already agreed keep "
            f"their price. {_would_cost(visits, is_weekly, 'you ' + then, now)}{lasts}\n\n"
            "You can keep it, change it, or look for others. Open the link to see what it means for you."
        ),
        link=path,
    )


def _would_cost(visits: int, is_weekly: bool, then: str, now: str) -> str:
    which = "visits" if is_weekly else "visit" if visits == 1 else f"{visits} visits"
    return f"From then on the same {which} would cost {then}{' a week' if is_weekly else ''}. Now it is {now}."


def price_rise_withdrawn(*, to_person_id: int, to_email: str, name: str, day: str, path: str) -> None:
    """Tells those who were told of a rise that it does not come."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject=f"The price you pay does not go up on {day}",
        body=(
            f"Hello {name},\n\nWe told you that a price would go up on {day}. The provider took that back. "
            "Your price stays as it is."
        ),
        link=path,
    )


def price_rises_beside(
    *,
    to_person_id: int,
    to_email: str,
    name: str,
    whose: str,
    day: str,
    visits: int,
    is_weekly: bool,
    now: str,
    then: str,
    weeks_now: int | None,
    weeks_then: int | None,
    path: str,
    about: About,
) -> None:
    """Tells a supporter what a coming price does to the person they help; weeks of money only to who may see money."""
    lasts = (
        f" What they have left pays for {weeks_now} weeks like this now. At the new price it pays for {weeks_then}."
        if weeks_now is not None and weeks_then is not None
        else ""
    )
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject=f"A price goes up on {day} for somebody you help",
        body=(
            f"Hello {name},\n\nA provider that {whose} has booked puts up its price on {day}. Visits already agreed keep "
            f"their price. {_would_cost(visits, is_weekly, then, now)}{lasts}\n\n"
            f"{whose} has been told too. To look at it together, choose to help {whose}, then open the link."
        ),
        link=path,
        about=about,
    )


def price_rise_withdrawn_beside(
    *, to_person_id: int, to_email: str, name: str, whose: str, day: str, path: str, about: About
) -> None:
    """Tells a supporter who was told of a rise that it does not come."""
    tell(
        to_person_id=to_person_id,
        to_email=to_email,
        subject=f"A price does not go up on {day} for somebody you help",
        body=(
            f"Hello {name},\n\nWe told you of a price that would go up on {day} for {whose}. The provider has taken that "
            "price back. You do not need to do anything."
        ),
        link=path,
        about=about,
    )
