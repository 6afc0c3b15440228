"""What the regulator (CQC) asks of each kind of support, in words for its page.

Source: Health and Social Care Act 2008 (Regulated Activities) Regulations 2014, schedule 1, paragraph 1. Personal care is
help to wash, dress, eat, drink, use the toilet and the like. Paragraph 1(3) leaves out somebody who gives it as the employee
of the person helped, or of a family member or trust that acts for them, with no agency or employer in between.
"""

from dataclasses import dataclass

from app.market.catalogue.rules.kinds import Kind, Nature


@dataclass(frozen=True, slots=True)
class Regulation:
    """``short`` stands in a table, ``words`` on a page, where no registration of the seller is known."""

    short: str
    words: str


def regulation_of(kind: Kind, name: str, *, is_employed: bool) -> Regulation:
    """What to say of registration, where none is known.

    Args:
        kind: the kind of support.
        name: who offers it.
        is_employed: whether that is one person, whom the person they help employs.
    """
    if kind.is_regulated:
        return Regulation(
            "No registration known",
            "This is personal care, which needs a registration with the Care Quality Commission (CQC). "
            f"We know of none for {name}: ask before you agree to anything.",
        )
    if kind.may_be_employed and is_employed:
        return Regulation(
            "Not inspected: you employ them",
            "Help to wash, dress or eat is personal care. Whoever gives it must be registered with the Care Quality "
            "Commission (CQC), unless the person they help, or somebody who acts for that person, employs them directly. "
            f"So {name} needs no registration while you are the employer, and CQC does not inspect what {name} does.",
        )
    if kind.may_be_employed:
        return Regulation(
            "No registration known: ask",
            f"If {name} only introduces an assistant whom you employ, it does not need to be registered with the Care Quality "
            "Commission (CQC). If it sends its own workers to help you to wash, dress or eat, it must be registered. "
            "We know of no registration: ask before you agree to anything.",
        )
    if kind.nature is Nature.SERVICE:
        return Regulation(
            "Not needed",
            "This does not need to be registered with the Care Quality Commission (CQC), because it is not personal care. "
            "It may not include help to wash, dress, eat or use the toilet.",
        )
    return Regulation("Not needed", "This does not need to be registered with the Care Quality Commission (CQC).")
