"""The questions of this room: what shall a rule be, from when and why; and the second yes."""

from typing import Any

from app.platform.web.fields import ChoiceField, DayField, Form, LongTextField, TextField


class RuleForm(Form):
    """What shall the rule be, from when, and why?"""

    value: Any = TextField("What shall it be?", required="Enter what it shall be", longest=40, width="10")
    valid_from = DayField(
        "From which day?", required="Enter the first day", hint="Today or later. For example, 1 4 2027"
    )
    reason = LongTextField("Why?", required="Enter why", hint="Your colleagues read this.", rows=3)


class WordRuleForm(RuleForm):
    """The same for a rule that is one of a few words."""

    value = ChoiceField("What shall it be?", required="Select what it shall be")


class SecondYesForm(Form):
    """Yes or no?"""

    answer = ChoiceField("Your answer", required="Select yes or no", choices={"yes": "Yes", "no": "No"})
