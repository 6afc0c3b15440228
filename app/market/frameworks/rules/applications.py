"""Where an application stands, what answers are weighed by, and what may come with it."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

ANSWER_LONGEST = 4000
REASON_LONGEST = 2000
QUESTIONS_MOST = 12
QUESTION_LONGEST = 300
DOCUMENTS_MOST = 10
DOCUMENT_MOST_BYTES = 5 * 1024 * 1024


class ApplicationStatus(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    DECIDED = "decided"


APPLICATION_STATUS_WORDS = {
    ApplicationStatus.DRAFT: "Not sent yet",
    ApplicationStatus.SENT: "Waits for the council",
    ApplicationStatus.WITHDRAWN: "Taken back",
    ApplicationStatus.DECIDED: "Answered",
}


class LotAnswer(StrEnum):
    """The council's answer about one lot."""

    WAITING = "waiting"
    AWARDED = "awarded"
    REFUSED = "refused"


LOT_ANSWER_WORDS = {
    LotAnswer.WAITING: "Waits for the council",
    LotAnswer.AWARDED: "On the framework",
    LotAnswer.REFUSED: "Not this time",
}

FIRST_QUESTIONS = (
    "How will you make sure that people decide how they are supported?",
    "How do you recruit, train and keep your workers?",
    "How do you keep people safe, and what do you do when something goes wrong?",
)
"""What a new framework asks until its council writes its own."""

_KINDS = (
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
)
DOCUMENT_ENDINGS = {media_type: ending for _, media_type, ending in _KINDS}


def document_kind(content: bytes) -> str | None:
    """What a document is by its first bytes, never by its name: a PDF or a picture; nothing when it is neither."""
    return next((media_type for begins, media_type, _ in _KINDS if content.startswith(begins)), None)


def document_fault(content: bytes) -> str | None:
    """Why a file cannot be kept, saying how to mend it; nothing when it can."""
    if not content:
        return "The file is empty. Choose another"
    if len(content) > DOCUMENT_MOST_BYTES:
        return "The file must be smaller than 5MB"
    return None if document_kind(content) else "The file must be a PDF, or a photo (JPG or PNG). Save it as a PDF first"


def weights_from(words: str) -> list[dict[str, Any]]:
    r"""What answers are weighed by, from lines such as ``Quality 60`` and ``Price 40``; nothing of no lines.

    ``weights_from("Quality 60\nPrice: 40%")`` is ``[{"name": "Quality", "percent": 60}, {"name": "Price", "percent": 40}]``.

    Raises:
        ValueError: saying how to mend it.
    """
    found: list[dict[str, Any]] = []
    for line in filter(None, (one.strip() for one in words.splitlines())):
        name, _, number = line.removesuffix("%").strip().rpartition(" ")
        name = name.strip().rstrip(":").strip()
        if not name or not (number.isascii() and number.isdigit() and len(number) <= 3):  # noqa: PLR2004 - up to 100
            msg = "Write each on a line of its own: a name and a number, like: Quality 60"
            raise ValueError(msg)
        if name.casefold() in {one["name"].casefold() for one in found}:
            msg = f"{name} is there twice"
            raise ValueError(msg)
        found.append({"name": name[:60], "percent": int(number)})
    total = sum(one["percent"] for one in found)
    if found and total != 100:  # noqa: PLR2004 - the whole
        msg = f"The numbers must make 100 together. These make {total}"
        raise ValueError(msg)
    return found


def weights_words(weights: Sequence[Mapping[str, Any]]) -> str:
    """``Quality 60, Price 40``; without any: each must be met by itself."""
    return ", ".join(f"{one['name']} {one['percent']}" for one in weights) or "Each must be met: nothing is weighed"


def weighed(scores: Mapping[str, int], weights: Sequence[Mapping[str, Any]]) -> int | None:
    """Scores from 0 to 100 by name, weighed into one, rounded down; nothing where one is missing or nothing is weighed."""
    if not weights or any(one["name"] not in scores for one in weights):
        return None
    return int(sum(scores[one["name"]] * one["percent"] for one in weights)) // 100


def questions_from(words: str) -> list[str]:
    """Questions, one on each line.

    Raises:
        ValueError: saying how to mend it.
    """
    found = [line.strip() for line in words.splitlines() if line.strip()]
    if len(found) > QUESTIONS_MOST:
        msg = f"Ask at most {QUESTIONS_MOST} questions. There are {len(found)}"
        raise ValueError(msg)
    if any(len(one) > QUESTION_LONGEST for one in found):
        msg = f"Each question must be {QUESTION_LONGEST} characters or fewer"
        raise ValueError(msg)
    return found


def is_open(on: date, *, ends_on: date, rounds: Sequence[tuple[date, date]] | None) -> bool:
    """Whether providers can apply on a day: any time before the framework ends, or within one of its rounds.

    ``rounds``: the first and last days; nothing where it lets in at any time. Providers may
    apply before a framework begins.
    """
    return on <= ends_on and (rounds is None or any(first <= on <= last for first, last in rounds))
