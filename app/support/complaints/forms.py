"""What was wrong, who answers by when, and what is the answer?"""

from collections.abc import Mapping

from app.platform.web.fields import ChoiceField, DayField, Form, KeyField, ListField, LongTextField, new_key
from app.support.complaints.rules import WORDS_LONGEST

COUNCIL = "council"
TO_PROVIDER, TO_COUNCIL = "provider", "council"


class ComplaintForm(Form):
    """What was wrong?"""

    about = ListField("What is it about?", required="Select what it is about")
    to = ChoiceField(
        "Who should read it?",
        choices={
            TO_PROVIDER: "The provider’s managers, who answer, and the council, which has a copy",
            TO_COUNCIL: "The council alone: I do not want the provider to read it",
        },
        required="Select who should read it",
        hint="About the council itself, the council reads and answers it, whatever you select.",
    )
    words = LongTextField(
        "What was wrong, and what would put it right?",
        required="Enter what was wrong",
        hint="When it was, what happened, and what you want to happen now. You need no proof, and you do not have to be sure.",
        longest=WORDS_LONGEST,
        rows=8,
    )
    key = KeyField(default=new_key)

    def offer(self, bookings: Mapping[str, str], council: str | None) -> None:
        """Say about what this person can complain."""
        self.about.choices = [("", "Choose one"), *([(COUNCIL, council)] if council else []), *bookings.items()]
        if council is None:
            self.to.choices = [(TO_PROVIDER, "The provider’s managers, who answer")]


class AcknowledgeForm(Form):
    """Who looks at it, and by when do you answer?"""

    answer_by = DayField("By which day do you answer?", required="Enter the day by which you answer")
    words = LongTextField(
        "Who looks at it, and what do they do?",
        required="Enter who looks at it",
        hint="The person reads this. For example: Mrs Okafor, our manager, talks with everybody who was there.",
        longest=WORDS_LONGEST,
        rows=3,
    )


class ComplaintAnswerForm(Form):
    """What is the answer?"""

    words = LongTextField(
        "Your answer",
        required="Enter the answer",
        hint="What you found, what you do about it, and sorry where sorry is due. Plain words.",
        longest=WORDS_LONGEST,
        rows=8,
    )


class FurtherForm(Form):
    """What is not settled?"""

    words = LongTextField(
        "What is not settled?",
        required="Enter what is not settled",
        hint="Somebody at the council who did not answer before reads this. The provider does not.",
        longest=WORDS_LONGEST,
        rows=5,
    )
