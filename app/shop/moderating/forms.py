"""What is wrong with it, does it stay, and does the decision stand?"""

from app.market.providers.rules.removal import REMOVAL_WORDS
from app.platform.web.fields import ChoiceField, Form, LongTextField
from app.shop.moderating.rules import WORDS_LONGEST

STAYS, UPHELD, STANDS = "stays", "upheld", "stands"
_REASONS = {reason.value: words for reason, words in REMOVAL_WORDS.items()}


class ContentReportForm(Form):
    """What is wrong?"""

    reason = ChoiceField("What is wrong with it?", required="Select what is wrong with it", choices=_REASONS)
    words = LongTextField(
        "Tell us more",
        hint="You can leave it empty. The council’s moderators read this, nobody else.",
        longest=WORDS_LONGEST,
    )


class DecideContentForm(Form):
    """Does it stay?"""

    # Whoever decides has just read what it tells of.
    asks_about_danger = False

    decision = ChoiceField(
        "What do you decide?",
        required="Select whether it stays",
        choices={STAYS: "It stays"}
        | {reason: f"Remove it: {words[0].lower()}{words[1:]}" for reason, words in _REASONS.items()},
        hint="The reason you choose is shown in its place. That somebody may be in danger is shown to nobody.",
    )
    answer = LongTextField(
        "Why",
        required="Enter why: both sides are told",
        hint="Sent to both sides. Do not name anybody.",
        longest=WORDS_LONGEST,
    )


class ContentAppealForm(Form):
    """Why is the decision wrong?"""

    words = LongTextField(
        "Why do you think the decision is wrong?",
        required="Enter why you think the decision is wrong",
        hint="Only the council’s moderators read this. Somebody else than before decides.",
        longest=WORDS_LONGEST,
    )


class DecideContentAppealForm(Form):
    """Does the decision stand?"""

    asks_about_danger = False

    decision = ChoiceField(
        "What do you decide?",
        required="Select whether the decision stands",
        choices={STANDS: "The decision stands", UPHELD: "The appeal is right: turn it round"},
    )
    answer = LongTextField("Why", required="Enter why: both sides are told", longest=WORDS_LONGEST)
