"""Who covers, and was it right to open somebody?"""

from app.people.caseloads.rules import REASON_LONGEST
from app.platform.web.fields import ChoiceField, DayField, Form, ListField, LongTextField


class CoverForm(Form):
    """Who covers for you, from when until when?"""

    who = ListField("Who covers for you?", required="Select who covers for you", hint="A care manager of your council.")
    from_on = DayField("From which day?", required="Enter the first day")
    until_on = DayField("Until which day?", required="Enter the last day", hint="It ends by itself after this day.")


class LookOverForm(Form):
    """Was it right to open this person?"""

    answer = ChoiceField(
        "Was it right to open this person?",
        choices={"right": "Yes, it was right", "not_right": "No: end it"},
        required="Select whether it was right",
    )
    because = LongTextField(
        "If not, why?", longest=REASON_LONGEST, hint="The person reads this, and so does your colleague."
    )
