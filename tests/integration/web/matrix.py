"""Who may do what: every door by which something is changed for a person, and what somebody beside them needs for it.

The doors are those the site has; each stands in one of the tables here, or a test says which does not. What the person of
this world booked is paid from their direct payment and their own money, so that nothing but their own yes, or that of
somebody they let spend any of it, moves it.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from typing import Any

from sqlalchemy import text
from werkzeug.routing import Rule

from app.base.db import db, transaction
from app.funding.budgets.actions import agreements
from app.market.providers.models import Provider
from app.people.circles.models import AskedPower, CaseloadEntry, Support
from app.people.circles.rules import COUNCIL_STAFF_POWERS, EVERY_POWER, Power, powers_from, stored_powers
from tests.integration.web.test_hostile import ACTS_AS, FILLED, NOW, PLAN, Sweep, _address, _entrants, _rules

Grant = frozenset[Power]
Need = Callable[[str, Grant], bool]

REFUSED = {200, 302, 303, 400, 403, 404, 409}
"""Whatever a refusal says, nothing may have changed."""
SHUT = {400, 403, 404, 409}
HELPERS = ("supporter", "care_manager")


def _had(*powers: Power) -> Need:
    wanted = frozenset(powers)
    return lambda _who, granted: wanted <= granted


def _supporter_had(*powers: Power) -> Need:
    wanted = frozenset(powers)
    return lambda who, granted: who == "supporter" and wanted <= granted


def _never(_who: str, _granted: Grant) -> bool:
    return False


def _always(_who: str, _granted: Grant) -> bool:
    return True


def _council(who: str, _granted: Grant) -> bool:
    return who == "care_manager"


def _supporter(who: str, _granted: Grant) -> bool:
    return who == "supporter"


SPENDS = (
    *("basket.check_out", "basket.take_out", "basket.take", "basket.not_now"),
    *("booking_journey.money", "booking_journey.check", "bookings.cancel", "bookings.other_times"),
    *("changing_provider.end", "changing_provider.move_to", "payments.top_up"),
    *(f"repeating.{name}" for name in ("change_visit", "check_change", "leave_out", "note", "withdraw_change")),
    *("sessions.send_back", "sessions.session", "sharing.agree", "sharing.leave", "sharing.share_with"),
    *(f"visits.{name}" for name in ("confirm_visit", "give_back_hours", "save_hours", "use_hours", "withdraw_dispute")),
)
"""Private money is spent, freed or promised, or somebody says yes for the person."""
ARRANGES = (
    *(
        "conversations.conversation",
        "conversations.conversation_read",
        "homes.home_visits",
        "homes.take_out",
        "sharing.refuse",
        "sharing.withdraw",
    ),
    *(f"sessions.{name}" for name in ("give_up_place", "stop_waiting", "take_place", "wait_for_place")),
)
"""Something is arranged, and no private money moves."""
SUGGESTS = ("booking_journey.when", "booking_journey.repeat", "sessions.buy")

NEEDS: dict[str, Need] = {
    **dict.fromkeys(SPENDS, _had(Power.BOOK)),
    **dict.fromkeys(ARRANGES, _had(Power.BOOK_COUNCIL_MANAGED)),
    **dict.fromkeys(SUGGESTS, _had(Power.SUGGEST)),
    "visits.dispute": _had(Power.SEE_PLAN),
    "complaints.complain": _supporter_had(Power.COMPLAIN),
    # What somebody else wrote is the person's and its writer's.
    **dict.fromkeys(("complaints.complaint", "complaints.take_back"), _never),
    # The person and their supporters are heard, not who is paid to look after them.
    "reviews.write": _supporter_had(Power.BOOK_COUNCIL_MANAGED),
    "spent_elsewhere.record_outside": _had(Power.BOOK, Power.SEE_COUNCIL_MONEY),
    "spent_elsewhere.take_back_outside": _had(Power.BOOK, Power.SEE_COUNCIL_MONEY),
    "spent_elsewhere.add_receipt": _had(Power.BOOK, Power.SEE_COUNCIL_MONEY),
    "budgets.talk": _supporter_had(Power.BOOK, Power.SEE_COUNCIL_MONEY),
    "budgets.bring_forward": _had(Power.BOOK_COUNCIL_MANAGED, Power.SEE_COUNCIL_MONEY),
    **dict.fromkeys(
        ("choosing.how", "choosing.withdraw_choice", "choosing.confirm_choice"),
        _supporter_had(Power.BOOK, Power.DECIDE, Power.SEE_COUNCIL_MONEY),
    ),
    # The person's yes by code: for who may suggest and not say yes themselves; typed by whoever asked for it.
    "basket.ask_for_yes": lambda _who, granted: Power.SUGGEST in granted and Power.BOOK not in granted,
    "basket.type_code": lambda who, granted: who == "care_manager" and Power.SUGGEST in granted,
    **dict.fromkeys(("circles.asked", "circles.narrow", "budgets.answer_agreement"), _supporter_had(Power.DECIDE)),
    # What only the person does: nobody widens their own powers, or says whose account holds the money.
    **dict.fromkeys(("circles.change", "circles.make_code", "agents.held"), _never),
    # Own money goes back to whose it is: who is let spend it does not take it out. By law is tried elsewhere.
    **dict.fromkeys((f"payments.{name}" for name in ("pay_back", "own_bank_account")), _never),
    "payments.owed": _had(Power.BOOK, Power.SEE_MONEY),
    # A plan of a week is its maker's until it is shared.
    **dict.fromkeys((f"storefront.{name}" for name in ("book_plan", "plan", "remove_plan", "share_plan")), _never),
    # What the council does by law, whatever the person let its care manager do.
    **dict.fromkeys(
        (
            *(f"agreeing.{name}" for name in ("agree_budget", "change_budget", "end_budget", "release_contingency")),
            *("agreeing.enact_choice", "agreeing.end_agreement", "agreeing.sign_agreement", "visits.decide"),
            "agreeing.look_again",
            *(f"circles.{name}" for name in ("add_to_caseload", "ask", "record_decision", "note_authority")),
            *(
                "circles.take_off_caseload",
                "circles.end_decision",
                "conflicts.except_broker",
                "conflicts.end_exception",
                "budgets.note_talk",
                "corrections.put_right",
            ),
            *(f"caseloads.{name}" for name in ("cover", "end_cover", "look_over")),
            "leaving.death",
            *(f"taking_on.{name}" for name in ("take_on", "let_go", "letter", "withdraw")),
        ),
        _council,
    ),
    # Never by one alone: in this world this care manager recorded both.
    **dict.fromkeys(("circles.agree_decision", "circles.see_authority"), _never),
    # A supporter ends their own help; the council with a reason.
    "circles.end": _always,
    # Whoever helps may say so, whatever else they may do.
    "leaving.report": _always,
    "circles.shop_for": lambda who, granted: who == "care_manager" or bool(granted),
    # One's own circle: nobody invites for another.
    "circles.invite": _supporter,
}
"""What somebody acting for the person needs, by door."""

OF_THEIR_OWN = frozenset(
    {
        *(
            "accounts.ask_to_confirm",
            "accounts.change_password",
            "accounts.sign_out",
            "accounts.sign_in",
            "accounts.sign_up",
        ),
        *("accounts.confirm_email", "accounts.forgotten_password", "accounts.reset_password"),
        *(
            "accounts.sign_in_to_demonstration",
            "calendars.calendar_address",
            "circles.answer",
            "councils.choose_council",
        ),
        *(
            "messages.read",
            "messages.read_all",
            "providers.claim",
            "providers.claim_code",
            "storefront.week",
            "storefront.week_cost",
        ),
        *(f"joining.{name}" for name in ("join", "draft", "who", "offer", "numbers", "give_up", "take_back")),
        *("provider_staff.answer_invitation", "taking_on.answer", "taking_on.by_letter"),
        # A review is its writer's, and a decision about one is for those it concerns.
        *("reviews.change", "reviews.report", "reviews.appeal", "reviews.take_back"),
        *("moderating.report", "moderating.appeal"),
        *("leaving.close", "leaving.reported"),
        "webhooks.stripe",
        # Who looks after card payments does so for the whole site.
        *("payments.pay_out", "payments.make_pay_out_file"),
        # A provider's own earnings, and what a council's finance officers pay: nobody acts for another there.
        *(
            f"settlement.{name}"
            for name in ("agree_invoice", "query_line", "approve", "answer_query", "make_remittances")
        ),
        *(f"settlement.{name}" for name in ("paid", "sent", "ledger_codes", "bank_details", "council_account")),
        *(f"settlement.{name}" for name in ("check_bank_details", "make_bank_file", "bank_answer")),
    }
)
"""Doors to somebody's own account, or to none: for whom one acts changes nothing there."""

ASKED_AGAIN: dict[str, Callable[[Sweep], dict[str, Any]]] = {
    "circles.ask": lambda _sweep: {"powers": ["see_plan"], "why": "So that I can help with the mornings"},
    "circles.asked": lambda _sweep: {"answer_see_money": "no"},
    "basket.take": lambda _sweep: {"seen": "4125"},
    "circles.record_decision": lambda _sweep: {
        "which_decision": "Which agency comes in the morning",
        "help_tried": "Pictures, and time",
        "least_restriction": "Only for the mornings",
        "powers": ["see_plan"],
        "decided_by_name": "Dr Somebody Else",
        "decided_by_role": "Assessor",
        "evidence": "assessment",
        "review_on-day": "1",
        "review_on-month": "6",
        "review_on-year": "2027",
    },
}
"""What a willing helper fills in where the sweep of doors fills in less."""
WITH_REASON = {"because": "Money was missing", "evidence": "safeguarding", "step": "end"}
"""How somebody from the council ends another's help."""


def closed(powers: Iterable[Power]) -> list[Grant]:
    """Every set of these powers that somebody can be let have, each with what it brings."""
    every = list(powers)
    some = (powers_from(found) for size in range(len(every) + 1) for found in combinations(every, size))
    return sorted(set(some), key=lambda one: (len(one), stored_powers(one)))


EVERY_GRANT: list[tuple[str, Grant]] = [
    # Complaining opens nothing else, and nothing else brings it: one grant with it alone, and each other without.
    *(("supporter", one) for one in closed(EVERY_POWER - {Power.COMPLAIN})),
    ("supporter", frozenset({Power.COMPLAIN})),
    *(("care_manager", one) for one in closed(COUNCIL_STAFF_POWERS)),
]
TELLING: list[tuple[str, Grant]] = [
    ("care_manager", frozenset()),
    ("care_manager", COUNCIL_STAFF_POWERS),
    ("supporter", EVERY_POWER - {Power.BOOK}),
    ("supporter", powers_from([Power.BOOK])),
    ("supporter", EVERY_POWER),
]
"""The widest of either without spending any money, nothing at all, and what spends: the rest lies between."""


def doors_of_helpers(sweep: Sweep) -> Iterator[Rule]:
    """Every door by which somebody beside a person changes something."""
    for rule in _rules(sweep.app, "POST"):
        open_to = {str(door) for door in sweep.app.view_functions[rule.endpoint].open_to}  # type: ignore[attr-defined]
        if open_to & {*HELPERS, "person", "signed in", "anyone"} and rule.endpoint not in OF_THEIR_OWN:
            yield rule


def may_enter(sweep: Sweep, rule: Rule, who: str) -> bool:
    """Whether the guard lets somebody of this role in at all."""
    open_to = {str(door) for door in sweep.app.view_functions[rule.endpoint].open_to}  # type: ignore[attr-defined]
    roles = {"supporter": {"supporter", "person"}}.get(who, {who})
    return bool(open_to & {*roles, "signed in", "anyone"})


def acting(sweep: Sweep, *names: str) -> None:
    """Let these visitors act for the person of the own half, by their session; a supporter does so already."""
    enter = sweep.enter

    def entered(who: str) -> object:
        client = enter(who)
        if who in names:
            with client.session_transaction() as session:
                session["shopping_for"] = sweep.own.person.public_id
        return client

    sweep.enter = entered  # type: ignore[method-assign, assignment]


def grant(sweep: Sweep, who: str, powers: Grant) -> None:
    """Let the supporter, or the care manager, of the own half do this and nothing else."""
    table = CaseloadEntry if who == "care_manager" else Support
    column = table.care_manager_id if who == "care_manager" else table.supporter_id
    sweep.writes.stop = False
    for row in db.session.query(table).where(column == getattr(sweep.own, who).id):
        row.powers = stored_powers(powers)
    db.session.commit()


def ask_for_all_money(sweep: Sweep) -> None:
    """Let the care manager have asked to see all money, so that there is something to answer."""
    sweep.writes.stop = False
    entry = (
        db.session.query(CaseloadEntry)
        .where(CaseloadEntry.care_manager_id == sweep.own.care_manager.id, CaseloadEntry.cover_id.is_(None))
        .one()
    )
    if db.session.query(AskedPower).where(AskedPower.entry_id == entry.id, AskedPower.power == Power.SEE_MONEY).all():
        return
    asked = {"entry_id": entry.id, "power": Power.SEE_MONEY, "why": "To help you plan", "asked_at": NOW}
    db.session.add(AskedPower(**asked, asked_by_id=sweep.own.care_manager.id))
    db.session.commit()


def nobody_asked_the_person(sweep: Sweep) -> None:
    """Money the council looks after is so because it was before: the person put no choice of their own in its place."""
    sweep.writes.stop = False
    db.session.execute(
        text("UPDATE money_choice SET status = 'replaced' WHERE person_id = :person AND status = 'enacted'"),
        {"person": sweep.own.person.id},
    )
    db.session.commit()


def the_person_chose_the_council(sweep: Sweep) -> None:
    """The person wants their council to look after money, nothing else waits, and it may pay the provider of this world."""
    sweep.writes.stop = False
    own = sweep.own
    whose = {"person": own.person.id}
    db.session.execute(
        text("UPDATE money_choice SET status = 'withdrawn' WHERE person_id = :person AND status = 'chosen'"), whose
    )
    provider = db.session.query(Provider).where(Provider.name == own.seller).one()
    db.session.commit()
    with transaction():
        signed = agreements.sign_agreement(
            actor=own.care_manager,
            person=own.person,
            council=own.council,
            provider=provider,
            from_on=NOW.date(),
            until_on=NOW.date().replace(year=2027),
            reason="So that it may be paid",
            outcomes="She sees her friends",
        )
        agreements.answer_agreement(actor=own.person, agreement=signed, agrees=True)


def willing(sweep: Sweep, rule: Rule) -> tuple[str, dict[str, Any]]:
    """The address of a door, and its form as whoever may send it fills it in."""
    query = f"{PLAN}&pay={sweep.own.pot}" if rule.endpoint == "booking_journey.check" else ""
    address = _address(rule, sweep.own.ids.get(rule.endpoint, {}), query)
    special = FILLED.get(rule.endpoint, lambda _half: {})(sweep.own)
    more = ASKED_AGAIN.get(rule.endpoint, lambda _sweep: {})(sweep)
    return address, sweep.form(
        ACTS_AS.get(rule.endpoint, _entrants(sweep.app, rule)[0]), address, **{**special, **more}
    )


def try_every_door(sweep: Sweep, grants: Iterable[tuple[str, Grant]], *, is_chosen: bool) -> list[str]:
    """Knock at every door with every grant. What was refused changed nothing, and what was let is done; else it is noted.

    Args:
        sweep: the world.
        grants: who, with what the person let them do.
        is_chosen: whether the person chose that the council looks after money, so that its staff may book from it.

    Returns:
        What was let and done, as ``endpoint who``: what is spent, among it.
    """
    if not is_chosen:
        nobody_asked_the_person(sweep)
    acting(sweep, "care_manager")
    ask_for_all_money(sweep)
    done: list[str] = []
    forms = [(rule, *willing(sweep, rule)) for rule in doors_of_helpers(sweep)]
    for who, powers in grants:
        grant(sweep, who, powers)
        counts = powers if is_chosen or who == "supporter" else powers - {Power.BOOK_COUNCIL_MANAGED}
        for rule, address, filled in forms:
            data = {**filled, **WITH_REASON} if (rule.endpoint, who) == ("circles.end", "care_manager") else filled
            is_let = may_enter(sweep, rule, who) and NEEDS[rule.endpoint](who, counts)
            before = len(sweep.faults)
            found = sweep.knock(who, "POST", address, _done(rule, who) if is_let else _refused(rule), data=data)
            if is_let and len(sweep.faults) == before and found == 0:
                done.append(f"{rule.endpoint} {who}")
            sweep.faults[before:] = [
                f"{sorted(powers)}: {fault}" for fault in sweep.faults[before:] if not _is_told_on_the_line(fault)
            ]
    return done


MOVES_ON = frozenset(
    {
        "booking_journey.when",
        "booking_journey.repeat",
        "booking_journey.money",
        "sessions.buy",
        "repeating.change_visit",
    }
)
"""Steps of a journey: they lead to the next page, and nothing is kept."""
DRAWS = frozenset({"budgets.bring_forward", "choosing.how", "choosing.confirm_choice"})
"""In this world there is nothing left to do behind these: they say so."""
TAKEN = frozenset(
    {
        "agreeing.agree_budget",
        "agreeing.change_budget",
        "agreeing.enact_choice",
        "agreeing.release_contingency",
        "agreeing.sign_agreement",
        "circles.ask",
        "budgets.note_talk",
        "spent_elsewhere.add_receipt",
        "caseloads.cover",
    }
)
"""Forms of the council that ask for what this world has already, with some grants, or are shown whole before they count:
looked at, and not kept."""


def _done(rule: Rule, who: str) -> set[int]:
    if (rule.endpoint, who) == ("circles.end", "care_manager"):
        # Staff see what the person will read before it counts: the last step alone only shows it.
        return {303}
    if rule.endpoint in MOVES_ON or rule.endpoint == "circles.shop_for":
        return {302}
    return {0, 200, 302, 303, 409} if rule.endpoint in DRAWS | TAKEN else {0}


def _refused(rule: Rule) -> set[int]:
    """A step of a journey that was refused does not lead on."""
    return (SHUT | {200, 303}) if rule.endpoint in MOVES_ON | DRAWS else REFUSED


def _is_told_on_the_line(fault: str) -> bool:
    """That a line of the basket was not booked, and why, is written on the line; nothing else of it changed."""
    return fault.endswith("changed ['basket_line']")
