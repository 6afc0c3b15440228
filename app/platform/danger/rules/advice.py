"""What to do now, for each kind of danger: whom to call, on what number, and when they answer.

Numbers of England and the whole United Kingdom, free to call unless said otherwise. None is a thing to buy.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.platform.danger.rules.kinds import Danger


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to call: ``number`` as people read it; ``about`` says who they are and when they answer."""

    name: str
    number: str
    about: str

    @property
    def href(self) -> str:
        """The number as a link."""
        return "tel:" + self.number.replace(" ", "")


@dataclass(frozen=True, slots=True)
class Advice:
    """``first`` is what to do before anything else; ``asks_council``: whether the council's safeguarding team is one to call."""

    title: str
    first: str
    contacts: tuple[Contact, ...]
    asks_council: bool


EMERGENCY = Contact("Emergency services", "999", "Police, ambulance and fire, at any time.")
NHS = Contact("NHS 111", "111", "Medical help that cannot wait, at any time.")
NHS_MIND = Contact("NHS 111, then choose 2", "111", "A mental health team near you, at any time.")
SAMARITANS = Contact("Samaritans", "116 123", "Somebody to listen, about anything, at any time.")
ABUSE = Contact("National Domestic Abuse Helpline", "0808 2000 247", "For women, at any time.")
MEN = Contact("Men’s Advice Line", "0808 801 0327", "For men who are hurt by somebody close, Monday to Friday.")
HOURGLASS = Contact("Hourglass", "0808 808 8141", "About harm, neglect and theft of older people, at any time.")
CHILDLINE = Contact("Childline", "0800 1111", "For anybody under 19, at any time.")
NSPCC = Contact("NSPCC", "0808 800 5000", "For adults worried about a child.")
POLICE = Contact("Police, when it can wait", "101", "To report a theft or a crime that is over. At any time.")
FRAUD = Contact("Report Fraud", "0300 123 2040", "To report a scam or a fraud.")
BANK = Contact("Your bank", "159", "Takes you to your own bank safely, when somebody has your card or your money.")
GAS = Contact("Gas emergency", "0800 111 999", "When you smell gas, at any time.")
SHELTER = Contact("Shelter", "0808 800 4444", "When you have nowhere to stay.")
SILVER_LINE = Contact("The Silver Line", "0800 470 8090", "For older people who need somebody to talk to, at any time.")

ADVICE: dict[Danger, Advice] = {
    Danger.EMERGENCY: Advice(
        "Somebody is hurt or very ill",
        "Call 999 now. Stay with the person. The operator tells you what to do.",
        (EMERGENCY, NHS, GAS),
        asks_council=False,
    ),
    Danger.SELF_HARM: Advice(
        "You do not have to face this alone",
        "If somebody has taken something, is hurt, or may act now, call 999. If not, talk to somebody now.",
        (EMERGENCY, SAMARITANS, NHS_MIND),
        asks_council=False,
    ),
    Danger.CHILD: Advice(
        "A child may be in danger",
        "If a child is in danger now, call 999. If not, tell somebody today. You do not have to be sure.",
        (EMERGENCY, CHILDLINE, NSPCC),
        asks_council=False,
    ),
    Danger.MISSING: Advice(
        "Somebody is missing",
        "Call 999 now if they may be in danger: a child, or somebody who is ill, confused or upset. You do not have to wait.",
        (EMERGENCY, POLICE),
        asks_council=False,
    ),
    Danger.HURT: Advice(
        "Nobody should be hurt or afraid",
        "If you are in danger now, call 999. If not, these people will listen and help you to be safe.",
        (EMERGENCY, ABUSE, MEN, HOURGLASS),
        asks_council=True,
    ),
    Danger.NEGLECT: Advice(
        "Nobody should be left without care",
        "If somebody is ill, hurt or stuck, call 999. If it cannot wait but nobody is in danger, call 111.",
        (EMERGENCY, NHS, HOURGLASS),
        asks_council=True,
    ),
    Danger.MONEY: Advice(
        "Nobody may take your money",
        "If somebody is threatening you now, call 999. If somebody has your card or your money, call your bank.",
        (EMERGENCY, BANK, POLICE, FRAUD, HOURGLASS),
        asks_council=True,
    ),
    Danger.TONIGHT: Advice(
        "Nobody should be hungry, cold or without a bed tonight",
        "Call your council and say that it is for tonight. If somebody is ill from the cold or from hunger, call 111.",
        (NHS, SHELTER, EMERGENCY),
        asks_council=True,
    ),
}


def advice_for(kinds: Iterable[Danger]) -> list[Advice]:
    """The advice for each kind heard, the most pressing first."""
    heard = set(kinds)
    return [ADVICE[danger] for danger in Danger if danger in heard]
