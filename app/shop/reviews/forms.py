"""The question: how did it go?"""

from wtforms.validators import Length

from app.platform.web.fields import ChoiceField, Form, LongTextField
from app.shop.reviews.rules import SCORE_WORDS, WORDS_LONGEST, WORDS_SHORTEST

_SCORES = {str(score): words for score, words in sorted(SCORE_WORDS.items(), reverse=True)}


class ReviewForm(Form):
    """Two scores and words."""

    quality = ChoiceField("How good was the support?", choices=_SCORES, required="Select how good the support was")
    value = ChoiceField("Was it good value for money?", choices=_SCORES, required="Select how good the value was")
    words = LongTextField(
        "Say how it went, in your own words",
        required="Enter how it went",
        hint="Everybody can read this. Do not name anybody. Your name is not shown.",
        longest=WORDS_LONGEST,
        rows=6,
        rules=[Length(min=WORDS_SHORTEST, message=f"Say a little more: at least {WORDS_SHORTEST} characters")],
    )
