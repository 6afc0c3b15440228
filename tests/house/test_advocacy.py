"""Beside every decision about a person stands where somebody independent is found to speak for them.

Papers: *Independent advocacy is offered beside every decision about a person*. The templates that tell of one are
listed by hand; those that a new view draws beside an action that decides are found, so that none is forgotten.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from app.platform.messages.actions import bookings

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"

ABOUT_NOBODY = {"suspending/end.html"}
"""A council's officers read these, of a provider: they decide about no person."""
TELL_OF_A_DECISION = {
    "basket/basket.html": "money refused",
    "basket/became.html": "money refused",
    "basket/check_out.html": "money refused",
    "booking_journey/check.html": "money refused",
    "booking_journey/money.html": "money refused",
    "bookings/cancel.html": "a late cancellation is charged",
    "bookings/other_times.html": "money refused",
    "agreeing/agree_budget.html": "a budget is agreed",
    "budgets/bring_forward.html": "bringing money forward is refused",
    "agreeing/budget.html": "every decision about somebody's money, and why",
    "agreeing/look_again.html": "a one-off agreement is looked at again",
    "budgets/agreements.html": "a one-off agreement is signed or refused",
    "agreeing/check.html": "a decision about money is looked at before it counts",
    "agreeing/change_budget.html": "a budget is changed",
    "agreeing/contingency.html": "money kept back is released",
    "agreeing/end_agreement.html": "a one-off agreement ends",
    "agreeing/enact_choice.html": "what a person chose is put in place",
    "agreeing/end_budget.html": "a budget ends",
    "choosing/details.html": "how somebody's money is looked after",
    "choosing/how.html": "how somebody's money is looked after",
    "budgets/money.html": "what goes back unspent",
    "corrections/corrected.html": "a mistake about money that was put right",
    "corrections/mistakes.html": "what was put right, and what could be",
    "corrections/put_right.html": "a mistake about money is put right",
    "budgets/note_talk.html": "a talk about money that was not used is noted",
    "budgets/talk.html": "what became of money that was not used",
    "budgets/no_money.html": "there is no budget",
    "agreeing/sign_agreement.html": "a one-off agreement is signed or refused",
    "circles/asked.html": "what a care manager may do",
    "circles/beside_you.html": "what was decided, and help that a council ended",
    "circles/decision.html": "a decision made for somebody who cannot make it",
    "circles/end.html": "a helper is ended",
    "circles/end_for_council.html": "a council ends a helper",
    "circles/note_authority.html": "somebody acts about a person's money by law",
    "circles/record_decision.html": "a decision made for somebody who cannot make it",
    "circles/second_look.html": "a second person of the council agrees",
    "circles/take_off_caseload.html": "a care manager leaves",
    "complaints/complain.html": "what was decided, or done, is complained about",
    "complaints/complaint.html": "a complaint is answered",
    "conflicts/except_broker.html": "a broker who works for a provider",
    "conflicts/resting.html": "a broker who works for a provider",
    "councils/rules.html": "every rule about money",
    "desk/booking.html": "a late cancellation was charged",
    "repeating/check_change.html": "money refused",
    "repeating/leave_out.html": "a late cancellation is charged",
    "sharing/share_with.html": "money refused",
    "storefront/week_book.html": "money refused",
    "storefront/week_booked.html": "money refused",
    "visits/answer.html": "a dispute is answered",
    "visits/decide.html": "a dispute is decided",
    "visits/dispute.html": "a dispute is raised",
    "visits/visit.html": "what became of a visit and of a dispute",
}
"""Each template, and which decision it tells of."""

DECIDES = re.compile(
    r"(agree|change|end|suspend|restrict|refuse|decide|release|move|sign|record)_?\w*"
    r"(budget|agreement|dispute|contingency|suspension|restriction|capacity|complaint|support|money)\w*"
)
"""How actions that decide about a person are called: what is done, and to what."""

ABOUT_SOMETHING_ELSE = {
    "agree_sharing": "everybody agrees a part of their own",
    "change_support": "the person says what a helper may do",
}
"""Actions called so that decide nothing about a person."""

DRAWN = re.compile(r"^[a-z_]+/[a-z_]+\.html$")
HAS_IT = re.compile(r'{% from "components/advocacy.html" import advocacy %}.*{{ advocacy\(', re.DOTALL)


def _views() -> Iterator[ast.FunctionDef]:
    for file in sorted((ROOT / "app").rglob("*.py")):
        if "views" in file.relative_to(ROOT).with_suffix("").parts:
            yield from (one for one in ast.walk(ast.parse(file.read_text())) if isinstance(one, ast.FunctionDef))


def _called(function: ast.FunctionDef) -> Iterator[str]:
    for one in ast.walk(function):
        if isinstance(one, ast.Call):
            name = getattr(one.func, "attr", getattr(one.func, "id", ""))
            if DECIDES.fullmatch(name) and name not in ABOUT_SOMETHING_ELSE:
                yield name


def _drawn_beside_a_decision() -> dict[str, set[str]]:
    """Every template a view draws that also calls a deciding action, and those actions."""
    found: dict[str, set[str]] = {}
    for view in _views():
        actions = set(_called(view))
        for one in ast.walk(view):
            if actions and isinstance(one, ast.Constant) and isinstance(one.value, str) and DRAWN.match(one.value):
                found.setdefault(one.value, set()).update(actions)
    return found


def test_every_template_that_tells_a_decision_offers_advocacy() -> None:
    without = [name for name in TELL_OF_A_DECISION if not HAS_IT.search((TEMPLATES / name).read_text())]
    assert without == []


def test_every_template_that_offers_it_is_listed() -> None:
    those = {
        str(file.relative_to(TEMPLATES)) for file in TEMPLATES.rglob("*.html") if HAS_IT.search(file.read_text())
    } - {"components/advocacy.html"}
    assert those == set(TELL_OF_A_DECISION)


def test_every_template_drawn_beside_an_action_that_decides_is_listed() -> None:
    drawn = _drawn_beside_a_decision()
    # It does find them: these three are drawn by views that call what decides in the view itself.
    assert {"agreeing/end_budget.html", "agreeing/end_agreement.html", "visits/decide.html"} <= set(drawn)
    known = set(TELL_OF_A_DECISION) | ABOUT_NOBODY
    assert {name: sorted(actions) for name, actions in drawn.items() if name not in known} == {}


def test_what_is_written_to_a_person_about_a_decision_offers_it_too() -> None:
    told = (bookings.DISPUTE_ANSWERED, bookings.YOUR_DISPUTE_SETTLED)
    assert [one.body.endswith(bookings.ADVOCACY) for one in told] == [True, True]
