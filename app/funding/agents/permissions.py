"""Who says whose account holds money for a person."""

from app.people.circles.rules import Standing


def may_bind(standing: Standing) -> bool:
    """Only the person: an account that is bound spends their money."""
    return standing.is_oneself
