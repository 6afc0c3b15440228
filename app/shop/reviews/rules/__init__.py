"""What a review is made of, when it is shown and counted, how it is averaged, and how its writer is named without a name."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

LEAST_FOR_AN_AVERAGE = 3
"""Below this an average says more about one person than about the support, so none is shown."""
COUNTED_MONTHS = 24
"""Reviews of the last so many months count; older ones are still shown, and say so."""
AGAIN_AFTER_MONTHS = 3
"""A booking that goes on may be reviewed again after so many months."""
NOTICE = timedelta(days=7)
"""How long the provider has to reply or to report before a review is shown."""
MAY_CHANGE_FOR = timedelta(days=14)
"""How long its writer may change a review."""
REPORT_HOLDS = timedelta(days=14)
"""How much longer a report can keep a review from being shown: a provider must not keep one back by reporting it."""
REPLY_LONGEST = 1000
WORDS_SHORTEST = 10
WORDS_LONGEST = 2000

SCORE_WORDS = {1: "Very poor", 2: "Poor", 3: "Neither good nor poor", 4: "Good", 5: "Very good"}
STARS = (5, 4, 3, 2, 1)
"""In the order in which a distribution is shown."""
LOW_STARS = 2
"""Up to here a review is a low one, where low and high ones are compared."""


class ReviewStatus(StrEnum):
    """Whether it is shown."""

    HELD = "held"
    """Words of harm: nobody reads it but its writer, the person and a moderator, until a moderator lets it go on."""
    NOTICE = "notice"
    """The provider reads it and can answer; it is shown when its week is over."""
    PUBLISHED = "published"
    REMOVED = "removed"


CHANGEABLE = frozenset({ReviewStatus.HELD, ReviewStatus.NOTICE, ReviewStatus.PUBLISHED})


class ReportReason(StrEnum):
    """What may be wrong with a review, as the record keeps it. That it is negative is no reason."""

    NOT_REAL = "not_real"
    PERSONAL = "personal"
    ABUSE = "abuse"
    UNLAWFUL = "unlawful"
    OFF_SUBJECT = "off_subject"
    CONNECTED = "connected"
    DANGER = "danger"
    WITHDRAWN = "withdrawn"
    """Taken back by its writer, or by the person whose support it is about: no report says so."""


REPORT_REASON_WORDS = {
    ReportReason.NOT_REAL: "It is not about a visit that really happened, or was paid for",
    ReportReason.PERSONAL: "It names a worker or another person, or tells of somebody’s health",
    ReportReason.ABUSE: "It threatens, insults, or treats people badly because of who they are",
    ReportReason.UNLAWFUL: "It says as fact something that breaks the law on defamation",
    ReportReason.OFF_SUBJECT: "It is an advertisement, or about something else",
    ReportReason.CONNECTED: "Its writer is connected to the provider and did not say so",
    ReportReason.DANGER: "It tells of somebody who may be in danger",
    ReportReason.WITHDRAWN: "Its writer, or the person it is about, took it back",
}
NOT_SHOWN_WHY = frozenset({ReportReason.DANGER, ReportReason.WITHDRAWN})
"""What was removed for one of these leaves nothing in its place."""


class WrittenAs(StrEnum):
    """In which part somebody wrote."""

    PERSON = "person"
    SUPPORTER = "supporter"
    CARE_MANAGER = "care_manager"
    """Of old reviews only: who is paid to look after people does not review for them any more."""


WRITTEN_AS_WORDS = {
    WrittenAs.PERSON: "Person who uses this service",
    WrittenAs.SUPPORTER: "Supporter of a person who uses this service",
    WrittenAs.CARE_MANAGER: "Care manager of a person who uses this service",
}


class ReviewPurpose(StrEnum):
    """What the support was for, in the writer's eyes."""

    HOME = "home"
    WASHING = "washing"
    OUT = "out"
    COMPANY = "company"
    LEARNING = "learning"
    WELL = "well"
    BREAK = "break"
    OTHER = "other"


PURPOSE_WORDS = {
    ReviewPurpose.HOME: "Managing at home",
    ReviewPurpose.WASHING: "Washing, dressing and eating",
    ReviewPurpose.OUT: "Getting out and about",
    ReviewPurpose.COMPANY: "Company and friends",
    ReviewPurpose.LEARNING: "Work, learning or a hobby",
    ReviewPurpose.WELL: "Feeling well and safe",
    ReviewPurpose.BREAK: "A break for a carer",
    ReviewPurpose.OTHER: "Something else",
}


class Helped(StrEnum):
    """Whether it helped with what the person wanted, as outcomes are looked back on."""

    FULLY = "fully"
    MOSTLY = "mostly"
    PARTLY = "partly"
    NOT_AT_ALL = "not_at_all"


HELPED_WORDS = {
    Helped.FULLY: "Yes, fully",
    Helped.MOSTLY: "Mostly",
    Helped.PARTLY: "Partly",
    Helped.NOT_AT_ALL: "Not at all",
}


class Connection(StrEnum):
    """What ties the writer to the provider besides the support; shown with the review."""

    NONE = "none"
    KNOWS = "knows"
    OFFERED = "offered"
    KIN = "kin"
    """Family of somebody there: they do not review it."""


CONNECTION_WORDS = {
    Connection.NONE: "No",
    Connection.KNOWS: "I know somebody who works there, but we are not family",
    Connection.OFFERED: "I was offered money, a discount or a gift for this review",
    Connection.KIN: "Somebody in my family, or in the family of the person I help, works there or owns it",
}
CONNECTION_SHOWN = {
    Connection.KNOWS: "The writer knows somebody who works there.",
    Connection.OFFERED: "The writer was offered something for this review.",
}
KIN_MAY_NOT = (
    "People whose family works for a provider, or owns it, cannot review it. If something went wrong, tell the council"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says about a booking: scores from 1 to 5, words, and what they were asked besides."""

    quality: int
    value: int
    words: str
    purpose: ReviewPurpose | None = None
    helped: Helped | None = None
    connection: Connection | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """The average of both scores to one place, withheld (none) when there are too few; and how many there are."""

    average: float | None
    count: int


NO_SCORE = Score(None, 0)


@dataclass(frozen=True, slots=True)
class Tally:
    """The reviews of a listing counted.

    Attributes:
        distribution: how many of those that count gave five stars, four and so on; empty under three.
        purposes: how many of those shown there are for each purpose, in the order of :data:`PURPOSE_WORDS`.
    """

    distribution: dict[int, int]
    purposes: dict[ReviewPurpose, int]


NO_TALLY = Tally({}, {})


def months_from(day: date, months: int) -> date:
    """The same day so many months later, or earlier: ``months_from(date(2028, 2, 29), -24)`` is 28 February 2026."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def counted_since(today: date) -> date:
    """The first day whose reviews count."""
    return months_from(today, -COUNTED_MONTHS)


def may_write_again_on(written_on: date) -> date:
    """The first day on which the same booking may be reviewed again."""
    return months_from(written_on, AGAIN_AFTER_MONTHS)


def is_open_to_change(status: ReviewStatus, written_at: datetime, now: datetime) -> bool:
    """Whether its writer may still change it."""
    return status in CHANGEABLE and now < written_at + MAY_CHANGE_FOR


def stars_of(quality: int, value: int) -> int:
    """Where one review stands in the distribution: both scores together, half a star rounded up."""
    return (quality + value + 1) // 2


def score_of(total: int, count: int) -> Score:
    """The score of ``count`` reviews whose quality and value add up to ``total``: ``score_of(25, 3)`` is 4.2.

    Half a tenth rounds up.
    """
    if count < LEAST_FOR_AN_AVERAGE:
        return Score(None, count)
    tenths = (20 * total + 2 * count) // (4 * count)
    return Score(tenths / 10, count)
