"""The ways we say no. Each carries a sentence for the person; rooms subclass them, pages and forms show them."""


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault in the program
    """Something that may not or cannot be done; ``str(refusal)`` is plain English that says how to mend it."""

    status = 409


class NotAllowed(Refusal):
    """This person may not do this (403)."""

    status = 403


class NotFound(Refusal):
    """There is no such thing, or not for this person to know of (404)."""

    status = 404


class Conflict(Refusal):
    """It could be done before, or by another route, but not as things stand (409)."""

    status = 409


class BadInput(Refusal):
    """What was sent cannot be read (400)."""

    status = 400
