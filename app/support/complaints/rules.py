"""How a complaint stands, by when somebody must have acted, and in which words each state is told.

Sources: Local Authority Social Services and National Health Service Complaints (England) Regulations 2009, regulations
12 to 14: within twelve months, acknowledged within three working days, answered within the time agreed and within six
months; papers: *feedback, review and complaints procedures*, with the council's copy.
"""

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum

WORDS_LONGEST = 4_000
ACKNOWLEDGE_WORKING_DAYS = 3
ANSWER_WORKING_DAYS = 20
"""By when it is answered where whoever answers has said no other day."""
ANSWER_MOST_DAYS = 183
"""Six months from the day it came: no day after that is agreed to."""
OPEN_AT_ONCE = 5
"""Complaints of one person that wait at a time: more is somebody pressing a button, or a need to talk."""
_SATURDAY = 5


class ComplaintStatus(StrEnum):
    """Where a complaint stands."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    TAKEN_FURTHER = "taken_further"
    FINAL = "final"
    WITHDRAWN = "withdrawn"


STATUS_WORDS = {
    ComplaintStatus.RECEIVED: "Sent, and waits to be acknowledged",
    ComplaintStatus.ACKNOWLEDGED: "Acknowledged, and waits for the answer",
    ComplaintStatus.ANSWERED: "Answered",
    ComplaintStatus.TAKEN_FURTHER: "Not settled: the council looks at it again",
    ComplaintStatus.FINAL: "Looked at again, and answered for good",
    ComplaintStatus.WITHDRAWN: "Taken back",
}

WAITING = frozenset({ComplaintStatus.RECEIVED, ComplaintStatus.ACKNOWLEDGED, ComplaintStatus.TAKEN_FURTHER})
"""Somebody must act."""
FIRST = frozenset({ComplaintStatus.RECEIVED, ComplaintStatus.ACKNOWLEDGED})
"""Nobody has answered yet."""


class ComplaintStep(StrEnum):
    """What was done about it, each with its words and its moment, only ever added to."""

    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    TAKEN_FURTHER = "taken_further"
    FINAL = "final"
    WITHDRAWN = "withdrawn"


STEP_WORDS = {
    ComplaintStep.SENT: "What was wrong",
    ComplaintStep.ACKNOWLEDGED: "Acknowledged",
    ComplaintStep.ANSWERED: "The answer",
    ComplaintStep.TAKEN_FURTHER: "Why it is not settled",
    ComplaintStep.FINAL: "The council’s answer for good",
    ComplaintStep.WITHDRAWN: "Taken back",
}
NOT_FOR_THE_PROVIDER = frozenset({ComplaintStep.TAKEN_FURTHER, ComplaintStep.FINAL})
"""What somebody tells the council about the provider's answer, and what the council says to it, is between those two."""

OMBUDSMAN_PAGES = {
    "E": "https://www.lgo.org.uk/make-a-complaint",
    "W": "https://www.ombudsman.wales/",
    "S": "https://www.spso.org.uk/",
    "N": "https://www.nipso.org.uk/",
}
"""Where each nation's ombudsman takes a complaint, by the first letter of the council's area code."""


def working_day_after(start: date, days: int, holidays: Collection[date]) -> date:
    """The last of so many working days after a day: Saturdays, Sundays and bank holidays are none."""
    day = start
    while days:
        day += timedelta(days=1)
        if day.weekday() < _SATURDAY and day not in holidays:
            days -= 1
    return day


def answer_day_fault(day: date, *, today: date, received_on: date) -> str | None:
    """What is wrong with a day by which somebody says they will answer; nothing when it can be agreed to."""
    if day < today:
        return "The day by which you answer must be today or later"
    last = received_on + timedelta(days=ANSWER_MOST_DAYS)
    if day > last:
        return f"The day by which you answer must be {last.day} {last:%B %Y} or before: six months from the day it came"
    return None
