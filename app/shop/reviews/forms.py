"""The questions: how did it go, what does the provider reply, what is wrong with a review, does it stay?"""

from wtforms.validators import Length

from app.platform.web.fields import ChoiceField, Form, LongTextField
from app.shop.reviews.rules import (
    CONNECTION_WORDS,
    HELPED_WORDS,
    PURPOSE_WORDS,
    REPLY_LONGEST,
    REPORT_REASON_WORDS,
    SCORE_WORDS,
    WORDS_LONGEST,
    WORDS_SHORTEST,
    Connection,
    Helped,
    ReportReason,
    ReviewPurpose,
    Said,
)

_SCORES = {str(score): words for score, words in sorted(SCORE_WORDS.items(), reverse=True)}
_REASONS = {
    reason.value: words for reason, words in REPORT_REASON_WORDS.items() if reason is not ReportReason.WITHDRAWN
}
STAYS = "keep"


class ReviewForm(Form):
    """Two scores, what it was for and whether it helped, what ties one to the provider, and words."""

    quality = ChoiceField("How good was the support?", choices=_SCORES, required="Select how good the support was")
    value = ChoiceField("Was it good value for money?", choices=_SCORES, required="Select how good the value was")
    purpose = ChoiceField(
        "What was it for?",
        choices={purpose.value: words for purpose, words in PURPOSE_WORDS.items()},
        required="Select what it was for",
    )
    helped = ChoiceField(
        "Did it help with what you wanted?",
        choices={helped.value: words for helped, words in HELPED_WORDS.items()},
        required="Select whether it helped",
    )
    connection = ChoiceField(
        "Is there anything else between you and the provider?",
        choices={connection.value: words for connection, words in CONNECTION_WORDS.items()},
        required="Select whether there is anything else between you and the provider",
        hint="If there is, your review says so.",
    )
    words = LongTextField(
        "Say how it went, in your own words",
        required="Enter how it went",
        hint="Everybody can read this. Do not name anybody. Your name is not shown.",
        longest=WORDS_LONGEST,
        rows=6,
        rules=[Length(min=WORDS_SHORTEST, message=f"Say a little more: at least {WORDS_SHORTEST} characters")],
    )

    def said(self) -> Said:
        """What was answered."""
        return Said(
            quality=int(self.quality.data),
            value=int(self.value.data),
            words=self.words.data or "",
            purpose=ReviewPurpose(self.purpose.data),
            helped=Helped(self.helped.data),
            connection=Connection(self.connection.data),
        )


class ReplyForm(Form):
    """The provider's one answer."""

    words = LongTextField(
        "Your reply",
        required="Enter your reply",
        hint="Everybody can read it. Do not name anybody, and say nothing of anybody’s health. You can reply once.",
        longest=REPLY_LONGEST,
    )


class ReportForm(Form):
    """What is wrong with it?"""

    reason = ChoiceField("What is wrong with this review?", required="Select what is wrong with it", choices=_REASONS)
    words = LongTextField("Say more, if it helps", hint="Only the council’s moderator reads this.", rows=4)


class DecideReportForm(Form):
    """Does it stay?"""

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
        hint="Sent to its writer, to the provider and to whoever reported it. Do not name anybody.",
    )


class AppealForm(Form):
    """Why is the decision wrong?"""

    words = LongTextField(
        "Why do you think the decision is wrong?",
        required="Enter why you think the decision is wrong",
        hint="Only the council’s moderators read this. Somebody else than before decides.",
    )


class DecideAppealForm(Form):
    """Does the decision stand?"""

    decision = ChoiceField(
        "What do you decide?",
        required="Select whether the decision stands",
        choices={"stands": "The first decision stands", "upheld": "The appeal is right: turn the decision round"},
    )
    answer = LongTextField(
        "Why",
        required="Enter why: both sides are told",
        hint="Sent to its writer, to the provider and to whoever reported it. Do not name anybody.",
    )
