"""A small world with two of everything: what belongs to the people who knock, and the same of somebody else."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from app.base.db import db, transaction
from app.funding.budgets.actions import agreements
from app.funding.budgets.models import Pot
from app.funding.budgets.queries import choices
from app.funding.budgets.queries.balances import pots_of
from app.funding.budgets.rules.kinds import PotKind
from app.funding.spent_elsewhere import actions as outside
from app.funding.taking_on.models import CouncilPerson
from app.funding.taking_on.rules import TakingOn
from app.market.catalogue.models import ListingStatus
from app.market.frameworks.models import ApplicationDocument, ApplicationLot, FrameworkApplication
from app.market.frameworks.rules.applications import ApplicationStatus, LotAnswer
from app.market.providers.models import Claim, Provider
from app.market.providers.rules import ClaimStatus
from app.people.accounts.models import EmailToken, Person
from app.people.accounts.rules import Role, TokenPurpose, token_hash
from app.people.circles.actions import decisions
from app.people.circles.models import CaseloadEntry, Support
from app.people.circles.rules import AuthorityEvidence, CapacityEvidence, HelperKind, Power
from app.people.councils.models import Council, Framework, PolicyProposal
from app.people.councils.rules.admission import Admission
from app.platform.messages.models import Message
from app.shop.storefront.actions.plans import keep_plan
from app.shop.storefront.rules.week import WeekLine
from app.support.conflicts import actions as conflicts
from tests.factories import accounts, bookings, catalogue, circles, councils, payments, providers
from tests.factories.budgets import agree_budget, choose
from tests.factories.passwords import HASH
from tests.integration.web.life import OVER, life

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
"""Two days after the bookings were made: one visit is over, one is still to come."""


@dataclass
class Half:
    """One council's people and things: ``ids`` are what addresses name, by endpoint or by what they are."""

    ids: dict[str, dict[str, str]]
    person: Person
    supporter: Person
    staff: Person
    care_manager: Person
    commissioner: Person
    administrator: Person
    moderator: Person
    council: Council
    pot: str
    unclaimed: Provider
    resident: Person
    waiting: str
    seller: str
    managed: str
    words: dict[str, str]
    """What willing forms about bookings name."""


def half(name: str) -> Half:
    """One of the two halves; ``name`` goes into its tokens."""
    scene = bookings.scene()
    council, person, provider, listing = scene.council, scene.person, scene.provider, scene.listing
    provider.name = f"Bright Days of the {name} half"
    db.session.commit()
    if name == "own":
        councils.places(council)
    supporter = accounts.person(Role.PERSON, name="Sue Supporter")
    support = circles.support(person, supporter)
    care_manager = accounts.person(Role.CARE_MANAGER, name="Cat Manager", council_id=council.id)
    entry = circles.caseload_entry(care_manager, person, council)
    elsewhere = providers.provider(f"Works Elsewhere of the {name} half")
    brokered = circles.support(person, accounts.person(Role.PROVIDER_STAFF, name="Bo Broker", provider_id=elsewhere.id))
    brokered.kind = HelperKind.BROKER
    db.session.commit()
    exception = _exception(care_manager, person, council, elsewhere)
    commissioner = accounts.person(Role.COMMISSIONER, name="Con Missioner", council_id=council.id)
    administrator, moderator, invited_staff = _staff(council)
    person.password_hash = HASH
    db.session.commit()
    pot = bookings.pot(person, PotKind.DIRECT_PAYMENT, 500_000, council)
    own = bookings.pot(person, PotKind.OWN_MONEY, 5_000)
    requested = bookings.booking(scene, pot, own)
    accepted = bookings.accepted(scene, pot)
    begun = bookings.accepted(scene, pot, times=OVER)
    delivered = bookings.delivered(scene, pot, times=OVER)
    draft = catalogue.listing(provider, "companionship", council, status=ListingStatus.DRAFT)
    catalogue.card(draft)
    written = _comes(council, person, care_manager) | _framework(name, council, provider, scene.staff)
    unclaimed = providers.provider("Not Yet Here", claimed=False)
    waiting = accounts.person(Role.PERSON, name="Wanda Waiting")
    resident = accounts.person(
        Role.PERSON, name="Rose Resident", council_id=council.id, is_demonstration=True, password_hash=HASH
    )
    waiting.email_confirmed_at = None
    claim = _claim(unclaimed, waiting, council)
    suspension = providers.suspension(unclaimed, council, from_on=date(2027, 12, 1))
    db.session.commit()
    with transaction():
        money = _money(person, care_manager, council, unclaimed, provider)
        plan = _plan(person, listing.public_id)
    mistaken = catalogue.card(listing, valid_from=MISTAKEN)
    db.session.commit()
    top_up = payments.top_up(person, session=f"cs_test_{name}")
    message = _message(person)
    invitation, waiting_support = _tokens(name, person, waiting)
    db.session.commit()
    with transaction():
        decision, paper = _second_looks(entry, care_manager, name)
    lives = life(scene, pot)
    desk = {"provider_id": provider.public_id, "listing_id": listing.public_id}
    ids = {
        "desk.booking": {"public_id": accepted.public_id},
        "councils.rules": {"code": council.code},
        "council_rules.rules": {"code": council.code},
        "council_rules.rule": {"code": council.code, "name": "carry_over_percent"},
        "council_rules.second_yes": {"code": council.code, "public_id": _asked_rule(council, administrator)},
        **written,
        **{f"staff.{name}": {"code": council.code} for name in ("staff", "invite", "council_record", "record_file")},
        **{
            f"staff.{name}": {"code": council.code, "public_id": invited_staff.public_id}
            for name in ("member", "remove", "send_link")
        },
        "desk.booked": {"public_id": accepted.public_id},
        "bookings.cancel": {"public_id": accepted.public_id},
        "reviews.write": {"public_id": delivered.public_id},
        "budgets.agree_budget": {"public_id": person.public_id},
        "circles.take_off_caseload": {"public_id": entry.public_id},
        "catalogue.decide_claim": {"public_id": claim.public_id},
        "accounts.confirm_email": {"token": f"confirm-{name}"},
        "accounts.reset_password": {"token": f"reset-{name}"},
        "catalogue.desk_listings": {"provider_id": provider.public_id},
        "catalogue.new_listing": {"provider_id": provider.public_id},
        "catalogue.publish_listing": {"provider_id": provider.public_id, "listing_id": draft.public_id},
        **dict.fromkeys(DESK, desk),
        "desk.desk_booking": {"public_id": requested.public_id},
        "bookings.accept": {"public_id": requested.public_id},
        "bookings.decline": {"public_id": requested.public_id},
        "visits.delivered": {"public_id": begun.visits[0].public_id},
        "visits.missed": {"public_id": begun.visits[0].public_id},
        **{endpoint: {"public_id": listing.public_id} for endpoint in SOLD},
        "price_rises.price_rise": {"listing_id": listing.public_id},
        "price_rises.withdraw_rate": {**desk, "begins": mistaken.valid_from.isoformat()},
        **{endpoint: {"public_id": plan} for endpoint in PLANS},
        **{endpoint: {"public_id": money.spending} for endpoint in OUTSIDE},
        **{endpoint: {"public_id": person.public_id, "budget_id": money.budget} for endpoint in BUDGETS},
        "budgets.budget": {"public_id": person.public_id},
        "budgets.enact_choice": {"public_id": person.public_id},
        "choosing.withdraw_choice": {"public_id": money.choice},
        "choosing.confirm_choice": {"public_id": money.in_force},
        "choosing.answer_fund": {"public_id": money.choice},
        "budgets.sign_agreement": {"public_id": person.public_id},
        "budgets.end_agreement": {"public_id": person.public_id, "agreement_id": money.agreement},
        "storefront.provider": {"public_id": provider.public_id},
        "providers.claim": {"public_id": unclaimed.public_id},
        "suspending.provider_suspensions": {"public_id": unclaimed.public_id},
        "suspending.suspend": {"public_id": providers.provider("Soon Suspended").public_id},
        "suspending.suspension": {"public_id": suspension.public_id},
        "suspending.end_suspension": {"public_id": suspension.public_id},
        "messages.message": {"public_id": message.public_id},
        "messages.read": {"public_id": message.public_id},
        "payments.top_up_done": {"public_id": top_up.public_id},
        "payments.top_up_cancelled": {"public_id": top_up.public_id},
        "circles.change": {"public_id": support.public_id},
        "circles.end": {"public_id": support.public_id},
        "conflicts.except_broker": {"public_id": brokered.public_id, "provider_id": elsewhere.public_id},
        "conflicts.end_exception": {"public_id": exception},
        "circles.answer": {"token": invitation},
        "circles.make_code": {"public_id": waiting_support},
        **{f"circles.{name}": {"public_id": entry.public_id} for name in ENTRIES},
        **{f"circles.{name}": {"public_id": decision} for name in ("decision", "end_decision", "agree_decision")},
        "circles.see_authority": {"public_id": paper},
        **lives.ids,
    }
    return Half(
        ids,
        person,
        supporter,
        scene.staff,
        care_manager,
        commissioner,
        administrator,
        moderator,
        council,
        pot.public_id,
        unclaimed,
        resident,
        waiting.email,
        provider.name,
        money.managed,
        lives.words,
    )


RUN = (
    *("run_framework", "change_framework", "publish_framework", "extend_framework", "add_lot", "set_discount"),
    *("add_round", "invite_provider", "history"),
)
"""Endpoints about one framework of a council's own."""


def _comes(council: Council, person: Person, care_manager: Person) -> dict[str, dict[str, str]]:
    """Somebody asked by letter, a council that asks the person, and somebody who wants to move to another council."""
    elsewhere = councils.council()
    there = accounts.person(Role.CARE_MANAGER, council_id=elsewhere.id)
    by_letter = accounts.person(name="Let Ter")
    by_letter.email, by_letter.password_hash = f"by-letter-{by_letter.id}", None
    moves = accounts.person(name="Mo Ves", council_id=council.id)
    rows = [
        CouncilPerson(
            person_id=who.id,
            council_id=where.id,
            born_on=date(1948, 5, 3),
            postcode="QX1 1AA",
            status=status,
            asked_at=NOW,
            asked_by_id=by.id,
            answered_at=NOW if status == TakingOn.MOVING else None,
        )
        for who, where, by, status in (
            (by_letter, council, care_manager, TakingOn.ASKED),
            (person, elsewhere, there, TakingOn.ASKED),
            (moves, elsewhere, there, TakingOn.MOVING),
        )
    ]
    db.session.add_all(rows)
    db.session.commit()
    here = {"code": council.code}
    return {
        **{f"taking_on.{one}": here for one in ("people", "take_on", "leaving")},
        **{f"taking_on.{one}": {**here, "public_id": rows[0].public_id} for one in ("person", "letter", "withdraw")},
        "taking_on.let_go": {**here, "public_id": rows[2].public_id},
        "taking_on.answer": {"public_id": rows[1].public_id},
    }


def _framework(name: str, council: Council, provider: Provider, staff: Person) -> dict[str, dict[str, str]]:
    """A framework with a place that can be ended, a draft and an application to answer: what addresses name, by endpoint."""
    made = councils.framework(council, ["care-at-home"], starts_on=date(2026, 1, 1), ends_on=date(2028, 12, 31))
    made.extend_until, made.published_at, made.questions = date(2030, 12, 31), NOW, ["How?"]
    ours = councils.framework(council, ["meals"])
    ours.admission, ours.published_at = Admission.ROUNDS, NOW
    providers.place(provider, made.lots[0])
    left = providers.place(provider, ours.lots[0])
    left.until_on, left.ended_at, left.end_words, left.end_told_at = date(2026, 12, 31), NOW, "Over", NOW
    sent = providers.provider(f"Applies of the {name} half")
    accounts.person(Role.PROVIDER_STAFF, provider_id=sent.id)
    draft = _application(ours, provider, staff, ApplicationStatus.DRAFT)
    waiting = _application(made, sent, staff, ApplicationStatus.SENT)
    files = [_document(one) for one in (draft, waiting)]
    db.session.commit()
    here = {"code": council.code, "public_id": made.public_id}
    answered = {"code": council.code, "public_id": waiting.public_id}
    own = {"public_id": draft.public_id}
    file = {**own, "document_id": files[0].public_id}
    return {
        "frameworks.council_frameworks": {"code": council.code},
        "frameworks.framework": {"public_id": made.public_id},
        "frameworks.apply": {"public_id": made.public_id},
        **{
            f"frameworks.{one}": {"code": council.code}
            for one in ("frameworks", "new_framework", "applications_to_answer")
        },
        **{f"frameworks.{one}": here for one in RUN},
        "frameworks.add_round": {"code": council.code, "public_id": ours.public_id},
        **{
            f"frameworks.{one}": own
            for one in ("application", "send_application", "withdraw_application", "add_document")
        },
        **{f"frameworks.{one}": file for one in ("document", "remove_document")},
        "frameworks.application_to_answer": answered,
        "frameworks.document_to_read": {**answered, "document_id": files[1].public_id},
        "frameworks.answer_lot": {**answered, "number": "1"},
        "framework_use.end_places": {**here, "provider_id": provider.public_id},
        "framework_use.ended": {"code": council.code, "public_id": ours.public_id, "provider_id": provider.public_id},
        "framework_use.not_booked": here,
    }


def _application(
    framework: Framework, provider: Provider, staff: Person, status: ApplicationStatus
) -> FrameworkApplication:
    made = FrameworkApplication(
        framework_id=framework.id,
        provider_id=provider.id,
        status=status,
        questions=list(framework.questions),
        answers=["Gladly."] * len(framework.questions),
        weights=[],
        made_by_id=staff.id,
        made_at=NOW,
        sent_at=NOW if status == ApplicationStatus.SENT else None,
    )
    made.lots = [ApplicationLot(lot_id=framework.lots[0].id, answer=LotAnswer.WAITING, scores={})]
    db.session.add(made)
    db.session.flush()
    return made


def _document(application: FrameworkApplication) -> ApplicationDocument:
    made = ApplicationDocument(
        application_id=application.id,
        name="Insurance",
        media_type="application/pdf",
        content=b"%PDF-1.4",
        size=8,
        added_at=NOW,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _asked_rule(council: Council, administrator: Person) -> str:
    made = PolicyProposal(
        council_id=council.id,
        name="contingency_percent",
        value=12,
        valid_from=date(2027, 12, 1),
        reason="Bad spells last longer",
        asked_at=NOW,
        asked_by_id=administrator.id,
    )
    db.session.add(made)
    db.session.commit()
    return made.public_id


def _staff(council: Council) -> tuple[Person, Person, Person]:
    """An administrator, a moderator who is the finance officer too, and somebody invited who never came in."""
    invited = accounts.person(Role.FINANCE, name="In Vited", council_id=council.id)
    invited.email_confirmed_at = None
    return (
        accounts.person(Role.ADMINISTRATOR, name="Ad Ministrator", council_id=council.id),
        accounts.person(Role.MODERATOR, Role.FINANCE, name="Mo Derator", council_id=council.id),
        invited,
    )


def _exception(care_manager: Person, person: Person, council: Council, provider: Provider) -> str:
    """A broker the council agreed to, for another provider than the one of whom a reason is asked."""
    broker = accounts.person(Role.PROVIDER_STAFF, name="Ex Cepted", provider_id=provider.id)
    support = circles.support(person, broker)
    with transaction():
        support.kind = HelperKind.BROKER
        made = conflicts.except_broker(
            actor=care_manager, support=support, provider=provider, reason="Nobody else signs in their language."
        )
    return made.public_id


SOLD = (
    "storefront.listing",
    "storefront.prices",
    "booking_journey.when",
    "booking_journey.check",
    "booking_journey.money",
)
PLANS = (
    "storefront.booked_plan",
    "storefront.plan",
    "storefront.share_plan",
    "storefront.remove_plan",
    "storefront.book_plan",
)
OUTSIDE = ("spent_elsewhere.outside", "spent_elsewhere.receipt", "spent_elsewhere.take_back_outside")
BUDGETS = ("budgets.change_budget", "budgets.end_budget", "budgets.release_contingency")
MISTAKEN = date(2027, 6, 1)
DESK = (
    *(f"catalogue.{name}" for name in ("desk_listing", "edit_listing", "listing_rates", "withdraw_listing")),
    "price_rises.new_rate",
)


@dataclass
class Money:
    """Public ids of what a care manager decided about somebody's money, and of what was spent outside."""

    budget: str
    agreement: str
    spending: str
    managed: str
    """The money the council looks after."""
    choice: str
    """How the person wants it next: all of it in a fund that the provider with listings is asked to hold."""
    in_force: str
    """How it is looked after now."""


def _money(person: Person, care_manager: Person, council: Council, provider: Provider, seller: Provider) -> Money:
    budget = agree_budget(
        actor=care_manager,
        person=person,
        council=council,
        year_starts_on=date(2026, 11, 16),
        total_pence=14_000_00,
        contribution_pence=0,
        pots=[(PotKind.DIRECT_PAYMENT, 6_500_00), (PotKind.COUNCIL_MANAGED, 6_500_00)],
        contingency_pence=1_000_00,
    )
    provider.claimed_at = NOW
    db.session.flush()
    agreement = agreements.sign_agreement(
        actor=care_manager,
        person=person,
        council=council,
        provider=provider,
        from_on=date(2026, 11, 20),
        until_on=date(2027, 11, 20),
        reason="Nobody else speaks her language",
    )
    provider.claimed_at = None
    kinds = {one.pot.kind: one.pot for one in pots_of(person.id)}
    spending = outside.record_outside(
        actor=person,
        person=person,
        pot=db.session.get_one(Pot, kinds[PotKind.DIRECT_PAYMENT].id),
        spent_on=date(2026, 11, 20),
        paid_to="Quayside Baths",
        paid_for="Swimming",
        pence=12_00,
        key=f"spent-{person.public_id}",
        receipt=b"\xff\xd8\xff\xe0" + b"0" * 200 + b"\xff\xd9",
    )
    in_force = choices.choice_in_force(person.id, council.id)
    assert in_force is not None
    asked = choose(person, council, {PotKind.INDIVIDUAL_SERVICE_FUND: 100}, fund_holder=seller)
    return Money(
        budget.public_id,
        agreement.public_id,
        spending.public_id,
        kinds[PotKind.COUNCIL_MANAGED].public_id,
        asked.public_id,
        in_force.public_id,
    )


def _plan(person: Person, listing: str) -> str:
    line = WeekLine("a", (1, 3), time(9), 60, "Help to get up", "care-at-home", listing)
    return keep_plan(actor=person, person=person, name="My usual week", lines=[line]).public_id


def _claim(provider: Provider, person: Person, council: Council) -> Claim:
    made = Claim(
        provider_id=provider.id,
        person_id=person.id,
        council_id=council.id,
        job_title="Manager",
        evidence="Call us",
        status=ClaimStatus.WAITING,
        made_at=NOW,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _message(person: Person) -> Message:
    made = Message(
        to_person_id=person.id, to_email=person.email, subject="Hello", body="Words", link="/bookings", made_at=NOW
    )
    db.session.add(made)
    db.session.flush()
    return made


ENTRIES = ("ask", "asked", "narrow", "note_authority", "record_decision")
"""Endpoints that name an entry of a caseload."""


def _second_looks(entry: CaseloadEntry, care_manager: Person, name: str) -> tuple[str, str]:
    """A decision and a paper that wait for a second person of the council: their public ids."""
    made = decisions.record_capacity_decision(
        actor=care_manager,
        entry=entry,
        powers={Power.SUGGEST},
        reasons=decisions.Reasons("Who comes", "Pictures", "She still chooses the day", "Bea Assessor", "assessor"),
        evidence=CapacityEvidence.ASSESSMENT,
        review_on=date(2027, 5, 3),
    )
    noted = decisions.note_authority(
        actor=care_manager,
        entry=entry,
        email=f"attorney-{name}@example.org",
        relation="her son",
        kind=HelperKind.ATTORNEY,
        authority=AuthorityEvidence.LASTING_POWER,
    )
    return made.public_id, noted.public_id


def _tokens(name: str, person: Person, waiting: Person) -> tuple[str, str]:
    """Links that work: confirming an address, choosing a password, and an invitation, whose token and id are given back."""
    later = datetime(2027, 1, 1, tzinfo=UTC)
    for purpose, whose, token in (
        (TokenPurpose.CONFIRM_EMAIL, waiting, f"confirm-{name}"),
        (TokenPurpose.RESET_PASSWORD, person, f"reset-{name}"),
    ):
        db.session.add(
            EmailToken(person_id=whose.id, purpose=purpose, token_hash=token_hash(token), made_at=NOW, expires_at=later)
        )
    invited = Support(
        person_id=person.id,
        invited_email=f"invited-{name}@example.org",
        relation="my friend",
        invited_by_id=person.id,
        powers=["suggest"],
        token_hash=token_hash(f"invitation-{name}"),
        invited_at=NOW,
    )
    db.session.add(invited)
    db.session.flush()
    return f"invitation-{name}", invited.public_id
