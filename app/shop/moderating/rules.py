"""What can be reported, beside reviews, and the words of each."""

from enum import StrEnum

WORDS_LONGEST = 1_000


class ContentKind(StrEnum):
    """What somebody reports."""

    PAGE = "page"
    LISTING = "listing"
    MESSAGE = "message"


KIND_WORDS = {
    ContentKind.PAGE: "What a provider says of itself",
    ContentKind.LISTING: "A listing",
    ContentKind.MESSAGE: "A message",
}
REVIEW_WORDS, APPEAL_WORDS = "A review", "An appeal about a review"
