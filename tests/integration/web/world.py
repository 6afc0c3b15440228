"""A small world with two of everything: what belongs to the people who knock, and the same of somebody else."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from unittest import mock

from flask import current_app
from sqlalchemy import select

from app.base.db import db, transaction
from app.funding.budgets.actions import agreements, unspent
from app.funding.budgets.actions.pots import open_pot
from app.funding.budgets.models import Pot
from app.funding.budgets.queries import choices, under_lock
from app.funding.budgets.queries.balances import pots_of
from app.funding.budgets.rules.kinds import PotKind
from app.funding.corrections.actions import put_right
from app.funding.payments.models import OddPayment, TopUp
from app.funding.payments.rules import OddWhy
from app.funding.spent_elsewhere import actions as outside
from app.funding.spent_elsewhere.models import ReceiptFile
from app.market.catalogue.models import Listing, ListingStatus
from app.market.catalogue.rules.rates import Unit
from app.market.joining.actions import drafts, publishing
from app.market.presenting.actions import state_credential
from app.market.presenting.rules import CredentialKind
from app.market.provider_staff.models import StaffInvitation
from app.market.providers.models import Claim, Provider
from app.market.providers.rules import ClaimStatus, ProviderKind
from app.people.accounts.models import EmailToken, Person
from app.people.accounts.rules import Role, TokenPurpose, token_hash
from app.people.caseloads import actions as between
from app.people.circles.actions import caseloads, decisions
from app.people.circles.models import CaseloadEntry, Support
from app.people.circles.rules import AuthorityEvidence, CapacityEvidence, HelperKind, Power
from app.people.councils.models import Council
from app.platform.ledger.models import Journal
from app.platform.messages.models import Message
from app.shop.storefront.actions.plans import keep_plan
from app.shop.storefront.rules.week import WeekLine
from app.support.basket.actions import codes, filling
from app.support.basket.rules import CodeWay
from app.support.conflicts import actions as conflicts
from tests.factories import (
    accounts,
    bookings,
    catalogue,
    circles,
    councils,
    files,
    payments,
    pictures,
    providers,
    rates,
    trends,
)
from tests.factories.budgets import agree_budget, choose
from tests.factories.passwords import HASH
from tests.integration.web.complained import complained
from tests.integration.web.life import OVER, life
from tests.integration.web.opening import file_of_people, frameworks_of, rule_that_waits, staff_of, who_comes, who_died
from tests.integration.web.paying import going_back, settled
from tests.integration.web.reviewed import reviewed

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
    payments: Person
    """Who looks after the site's card payments: of no council, and so of both halves."""
    council: Council
    pot: str
    unclaimed: Provider
    resident: Person
    waiting: str
    seller: str
    managed: str
    words: dict[str, str]
    """What willing forms about bookings name."""


def half(name: str) -> Half:  # noqa: PLR0915 - one of everything
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
    entry = circles.caseload_entry(
        care_manager, person, council, frozenset({Power.SEE_PLAN, Power.SEE_COUNCIL_MONEY, Power.SUGGEST})
    )
    elsewhere = providers.provider(f"Works Elsewhere of the {name} half")
    brokered = circles.support(person, accounts.person(Role.PROVIDER_STAFF, name="Bo Broker", provider_id=elsewhere.id))
    brokered.kind = HelperKind.BROKER
    db.session.commit()
    exception = _exception(care_manager, person, council, elsewhere)
    commissioner = accounts.person(Role.COMMISSIONER, name="Con Missioner", council_id=council.id)
    person.password_hash, (administrator, moderator, invited_staff) = HASH, staff_of(council)
    db.session.commit()
    pot = bookings.pot(person, PotKind.DIRECT_PAYMENT, 500_000, council)
    own = bookings.pot(person, PotKind.OWN_MONEY, 5_000)
    requested = bookings.booking(scene, pot, own)
    accepted = bookings.accepted(scene, pot)
    begun = bookings.accepted(scene, pot, times=OVER)
    delivered = bookings.delivered(scene, pot, times=OVER)
    draft = catalogue.listing(provider, "companionship", council, status=ListingStatus.DRAFT)
    catalogue.card(draft)
    written = who_comes(council, person, care_manager) | who_died(council, person, care_manager)
    written |= file_of_people(council, commissioner)
    written |= frameworks_of(name, council, provider, scene.staff)
    written |= complained(person, scene.staff, moderator, council, accepted)
    unclaimed = providers.provider("Not Yet Here", claimed=False)
    unclaimed.phone = "01632 960111"
    waiting = accounts.person(Role.PERSON, name="Wanda Waiting")
    resident = accounts.person(
        Role.PERSON, name="Rose Resident", council_id=council.id, is_demonstration=True, password_hash=HASH
    )
    waiting.email_confirmed_at = None
    claim = _claim(unclaimed, waiting, council)
    suspension = providers.suspension(unclaimed, council, from_on=date(2027, 12, 1))
    db.session.commit()
    with transaction():
        money = _money(person, care_manager, council, unclaimed)
        fund = choose(resident, council, {PotKind.INDIVIDUAL_SERVICE_FUND: 100}, fund_holder=provider).public_id
        plan = _plan(person, listing.public_id)
    mistaken = catalogue.card(listing, valid_from=MISTAKEN)
    db.session.commit()
    top_up = payments.top_up(person, session=f"cs_test_{name}")
    back = going_back(person)
    message = _message(person)
    invitation, waiting_support = _tokens(name, person, waiting)
    db.session.commit()
    with transaction():
        written |= _between_colleagues(council, care_manager, resident)
        decision, paper = _second_looks(entry, care_manager, name)
    lives = life(scene, pot)
    suggested, lives.words["yes"] = _suggested(care_manager, person, listing)
    desk = {"provider_id": provider.public_id, "listing_id": listing.public_id}
    period = {"code": council.code, "first_day": trends.publication(council).starts_on.isoformat()}
    ids = {
        **{f"trends.publication{way}": period for way in ("", "_csv", "_json", "_metadata")},
        "desk.booking": {"public_id": accepted.public_id},
        "councils.rules": {"code": council.code},
        **{f"councils.{one}": {"code": council.code} for one in ("places", "take_in_places", "contact")},
        "council_rules.rules": {"code": council.code},
        "council_rules.rule": {"code": council.code, "name": "carry_over_percent"},
        "council_rules.second_yes": {"code": council.code, "public_id": rule_that_waits(council, administrator)},
        **written,
        **{f"staff.{name}": {"code": council.code} for name in ("staff", "invite", "council_record", "record_file")},
        **{
            f"staff.{name}": {"code": council.code, "public_id": invited_staff.public_id}
            for name in ("member", "remove", "send_link")
        },
        "desk.booked": {"public_id": accepted.public_id},
        "bookings.cancel": {"public_id": accepted.public_id},
        "reviews.write": {"public_id": delivered.public_id},
        "agreeing.agree_budget": {"public_id": person.public_id},
        "circles.take_off_caseload": {"public_id": entry.public_id},
        "catalogue.decide_claim": {"public_id": claim.public_id},
        "catalogue.send_claim_code": {"public_id": claim.public_id},
        "accounts.confirm_email": {"token": f"confirm-{name}"},
        "accounts.reset_password": {"token": f"reset-{name}"},
        "catalogue.desk_listings": {"provider_id": provider.public_id},
        "catalogue.new_listing": {"provider_id": provider.public_id},
        "catalogue.publish_listing": {"provider_id": provider.public_id, "listing_id": draft.public_id},
        **dict.fromkeys(DESK, desk),
        "desk.desk_booking": {"public_id": requested.public_id},
        "desk.where_to_come": {"public_id": accepted.visits[0].public_id},
        "bookings.accept": {"public_id": requested.public_id},
        "bookings.decline": {"public_id": requested.public_id},
        "visits.delivered": {"public_id": begun.visits[0].public_id},
        "visits.missed": {"public_id": begun.visits[0].public_id},
        **{endpoint: {"public_id": listing.public_id} for endpoint in SOLD},
        "price_rises.price_rise": {"listing_id": listing.public_id},
        "price_rises.withdraw_rate": {**desk, "begins": mistaken.valid_from.isoformat()},
        **{endpoint: {"public_id": plan} for endpoint in PLANS},
        **{endpoint: {"public_id": money.spending} for endpoint in OUTSIDE},
        "spent_elsewhere.receipt": {"public_id": money.spending, "which": money.receipt},
        **{endpoint: {"public_id": person.public_id, "budget_id": money.budget} for endpoint in BUDGETS},
        "agreeing.budget": {"public_id": person.public_id},
        "budgets.talk": {"public_id": money.talk},
        "corrections.mistakes": {"public_id": person.public_id},
        "corrections.put_right": {"public_id": person.public_id, "event": money.mistake},
        "corrections.corrected": {"public_id": money.corrected},
        "budgets.note_talk": {"public_id": person.public_id, "talk_id": money.talk},
        "agreeing.enact_choice": {"public_id": person.public_id},
        "agents.held": {"public_id": money.held},
        "choosing.withdraw_choice": {"public_id": money.choice},
        "choosing.confirm_choice": {"public_id": money.in_force},
        "choosing.answer_fund": {"public_id": fund},
        "agreeing.sign_agreement": {"public_id": person.public_id},
        "agreeing.end_agreement": {"public_id": person.public_id, "agreement_id": money.agreement},
        "agreeing.look_again": {"public_id": person.public_id, "agreement_id": money.agreement},
        "budgets.answer_agreement": {"public_id": money.unanswered},
        "sitemaps.one_map": {"kind": "listings", "number": "1"},
        "storefront.provider": {"public_id": provider.public_id},
        "providers.claim": {"public_id": unclaimed.public_id},
        "providers.claim_code": {"public_id": unclaimed.public_id},
        "suspending.provider_suspensions": {"public_id": unclaimed.public_id},
        "suspending.suspend": {"public_id": providers.provider("Soon Suspended").public_id},
        "suspending.suspension": {"public_id": suspension.public_id},
        "suspending.end_suspension": {"public_id": suspension.public_id},
        **_of_providers(scene, supporter, name),
        **settled(scene),
        "messages.message": {"public_id": message.public_id},
        "messages.read": {"public_id": message.public_id},
        "payments.top_up_done": {"public_id": top_up.public_id},
        "payments.settle": {"public_id": _odd(top_up)},
        "payments.top_up_cancelled": {"public_id": top_up.public_id},
        **back,
        "circles.change": {"public_id": support.public_id},
        "circles.end": {"public_id": support.public_id},
        "conflicts.except_broker": {"public_id": brokered.public_id, "provider_id": elsewhere.public_id},
        "conflicts.end_exception": {"public_id": exception},
        "circles.answer": {"token": invitation},
        "circles.make_code": {"public_id": waiting_support},
        **{f"circles.{name}": {"public_id": entry.public_id} for name in ENTRIES},
        **{f"circles.{name}": {"public_id": decision} for name in ("decision", "end_decision", "agree_decision")},
        "circles.see_authority": {"public_id": paper},
        "basket.take": {"public_id": suggested},
        "basket.not_now": {"public_id": suggested},
        **lives.ids,
        **reviewed(scene, pot, moderator),
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
        accounts.person(Role.PAYMENTS, name="Fay Finance"),
        council,
        pot.public_id,
        unclaimed,
        resident,
        waiting.email,
        provider.name,
        money.managed,
        lives.words,
    )


def _suggested(care_manager: Person, person: Person, listing: Listing) -> tuple[str, str]:
    """Something the care manager suggests, by its public id, and the code that went to the person for all of the basket."""
    with transaction():
        line = filling.put_in_basket(
            actor=care_manager,
            person=person,
            listing_id=listing.id,
            plan={"on": "2026-11-26", "from": "09:00", "to": "10:30"},
            key=f"suggested-{person.public_id}",
        ).public_id
    # The letter is wiped once it has gone, so the code is read as it goes.
    with mock.patch.object(codes.suggestions, "send_code") as sent, transaction():
        secret = str(current_app.config["SECRET_KEY"])
        codes.ask_for_code(actor=care_manager, person=person, way=CodeWay.EMAIL, secret=secret)
    return line, str(sent.call_args.kwargs["code"])


def _between_colleagues(council: Council, care_manager: Person, resident: Person) -> dict[str, dict[str, str]]:
    """A colleague who opened somebody and said why, and whom this care manager is to cover for much later."""
    colleague = accounts.person(Role.CARE_MANAGER, name="Col League", council_id=council.id)
    opened = caseloads.put_on_caseload(
        actor=colleague, care_manager=colleague, person=resident, council=council, because="They rang us"
    )
    first, last = date(2027, 6, 1), date(2027, 6, 8)
    cover = between.name_cover(actor=colleague, cover=care_manager, council=council, from_on=first, until_on=last).cover
    return {
        "caseloads.look_over": {"public_id": opened.public_id},
        "caseloads.end_cover": {"public_id": cover.public_id},
    }


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
OUTSIDE = tuple(f"spent_elsewhere.{name}" for name in ("outside", "add_receipt", "take_back_outside"))
BUDGETS = ("agreeing.change_budget", "agreeing.end_budget", "agreeing.release_contingency")
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
    unanswered: str
    """Another agreement, to which the person has not said yes or no."""
    spending: str
    receipt: str
    """The file that shows it."""
    managed: str
    """The money the council looks after."""
    choice: str
    """How the person wants it next: all of it looked after by the council."""
    in_force: str
    """How it is looked after now."""
    held: str
    talk: str
    """A talk about money that was not used."""
    mistake: str
    """The number of an event that may be put right."""
    corrected: str
    """Another one that was."""


def _money(person: Person, care_manager: Person, council: Council, provider: Provider) -> Money:
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
    agreement, unanswered = (
        agreements.sign_agreement(
            actor=care_manager,
            person=person,
            council=council,
            provider=provider,
            from_on=date(2026, 11, 20),
            until_on=date(2027, 11, 20),
            reason="Nobody else speaks her language",
            outcomes="To talk with somebody at home",
        )
        for _ in range(2)
    )
    agreements.answer_agreement(actor=person, agreement=agreement, agrees=True)
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
    )
    receipt = files.stored(person)
    db.session.add(
        ReceiptFile(
            key=f"receipt-{person.public_id}",
            spending_id=spending.id,
            file_id=receipt.id,
            added_at=NOW,
            added_by_id=person.id,
        )
    )
    db.session.flush()
    in_force = choices.choice_in_force(person.id, council.id)
    assert in_force is not None
    told = [
        outside.record_outside(
            actor=person,
            person=person,
            pot=db.session.get_one(Pot, kinds[PotKind.DIRECT_PAYMENT].id),
            spent_on=date(2026, 11, 20),
            paid_to="Quayside Baths",
            paid_for="Swimming",
            pence=3_00,
            key=f"mistaken-{number}-{person.public_id}",
        )
        for number in range(2)
    ]
    mistake, putting_right = (
        db.session.scalars(select(Journal.id).where(Journal.about == f"outside:{one.public_id}")).one() for one in told
    )
    corrected = put_right(
        actor=care_manager, person=person, council_id=council.id, journal_id=putting_right, reason="It was not swimming"
    )
    held = open_pot(person=person, kind=PotKind.INDIRECT_PAYMENT, council=council, agent_name="Aunt May")
    asked = choose(person, council, {PotKind.COUNCIL_MANAGED: 100})
    return Money(
        budget.public_id,
        agreement.public_id,
        unanswered.public_id,
        spending.public_id,
        receipt.public_id,
        kinds[PotKind.COUNCIL_MANAGED].public_id,
        asked.public_id,
        in_force.public_id,
        held.public_id,
        unspent.open_talk(
            under_lock.releases_of(budget.id)[0],
            db.session.get_one(Pot, kinds[PotKind.DIRECT_PAYMENT].id),
            5_00,
            goes_back=True,
        ).public_id,
        str(mistake),
        corrected.public_id,
    )


def _plan(person: Person, listing: str) -> str:
    line = WeekLine("a", (1, 3), time(9), 60, "Help to get up", "care-at-home", listing)
    return keep_plan(actor=person, person=person, name="My usual week", lines=[line]).public_id


def _rates(scene: bookings.Scene) -> tuple[str, str]:
    """A file of rates that was published, and one that waits."""
    row = {"listing": scene.listing.public_id, "weekday": "28", "from": "01/07/2027"}
    bad = {"listing": "nobody-knows", "weekday": "28"}
    sent = rates.published(scene.staff, rates.looked_at(scene.staff, scene.provider, rates.rates_sheet([row, bad])))
    later = rates.rates_sheet([row | {"from": "01/08/2027", "weekday": "29"}])
    return sent.public_id, rates.looked_at(scene.staff, scene.provider, later).public_id


def _of_providers(scene: bookings.Scene, supporter: Person, name: str) -> dict[str, dict[str, str]]:
    """What addresses of joining and of staff name."""
    begun_draft, sent, sent_by_supporter = _joining(scene.person, supporter, scene.council, name)
    colleague, asked, alone = _staff(scene, name)
    desk = {"provider_id": scene.provider.public_id}
    with transaction():
        mark = state_credential(
            actor=scene.staff,
            provider=scene.provider,
            kind=CredentialKind.ACCREDITATION,
            name="Dementia Friendly",
            given_by="Millbrook",
        )
    picture = pictures.picture(scene.staff, scene.provider)
    priced, waits = _rates(scene)
    return {
        **{
            f"joining.{page}": {"public_id": begun_draft}
            for page in ("draft", "who", "offer", "numbers", "preview", "give_up")
        },
        **{f"provider_staff.{page}": {"provider_id": scene.provider.public_id} for page in ("staff", "invite_staff")},
        **{
            f"provider_staff.{page}": {"provider_id": scene.provider.public_id, "person_id": colleague}
            for page in ("duties", "remove_staff")
        },
        **{f"presenting.{page}": desk for page in ("who_we_are", "state_credential", "page_history")},
        **{f"pictures.{page}": desk for page in ("pictures", "add_picture")},
        **{
            f"pictures.{page}": {**desk, "public_id": picture.public_id}
            for page in ("describe_picture", "move_picture_earlier", "take_away_picture")
        },
        **{f"rate_files.{page}": desk for page in ("rate_files", "rate_template")},
        **{f"rate_files.{page}": {**desk, "public_id": priced} for page in ("rate_file", "rate_rows_file")},
        **{f"rate_files.{page}_rate_file": {**desk, "public_id": waits} for page in ("publish", "discard")},
        "pictures.picture": {"public_id": picture.public_id, "width": "320"},
        "presenting.take_away_credential": {**desk, "public_id": mark.public_id},
        "provider_staff.take_back_invitation": {"provider_id": scene.provider.public_id, "public_id": asked},
        "provider_staff.answer_invitation": {"token": f"staff-{name}"},
        "provider_staff.help_left_alone": {"public_id": alone},
        "joining.take_back": {"public_id": sent_by_supporter},
        "joining.check": {"public_id": sent},
    }


def _joining(person: Person, supporter: Person, council: Council, name: str) -> tuple[str, str, str]:
    """A draft of the person's, and what waits for the council of a stranger's and of the supporter's: their public ids."""
    made = []
    for who, kind in (
        (person, ProviderKind.CHARITY),
        (accounts.person(name="Ina House"), ProviderKind.IN_HOUSE),
        (supporter, ProviderKind.IN_HOUSE),
    ):
        with transaction():
            joining = drafts.begin(
                actor=who, kind=kind, name=f"Joins {name} {kind} {who.id}", postcode="QX1 1AA", phone="0161 496 0001"
            )
            drafts.change_offer(
                actor=who, joining=joining, kind="advocacy", summary="We speak up", area=(council.id, None), unit=Unit.HOUR,
                price_pence=20_00,
            )  # fmt: skip
            if kind == ProviderKind.IN_HOUSE:
                publishing.publish_joining(actor=who, joining=joining)
        made.append(joining.public_id)
    return made[0], made[1], made[2]


def _staff(scene: bookings.Scene, name: str) -> tuple[str, str, str]:
    """Somebody else who works there, and an invitation to the person that works; and whom nobody manages: public ids."""
    provider, manager, person = scene.provider, scene.staff, scene.person
    alone = providers.provider(f"Left Alone of the {name} half")
    catalogue.listing(alone, "companionship", scene.council)
    colleague = accounts.person(Role.PROVIDER_STAFF, name="Col League", provider_id=provider.id)
    asked = StaffInvitation(
        provider_id=provider.id,
        email=person.email,
        duties=["record"],
        token_hash=token_hash(f"staff-{name}"),
        invited_by_id=manager.id,
        invited_at=NOW,
    )
    db.session.add(asked)
    db.session.commit()
    return colleague.public_id, asked.public_id, alone.public_id


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


def _odd(top_up: TopUp) -> str:
    """Another sum than was asked for came in for somebody's payment."""
    made = OddPayment(
        checkout_session=f"{top_up.checkout_session}_odd",
        payment_intent=f"pi_{top_up.public_id}",
        pence=top_up.amount_pence + 5_00,
        currency="gbp",
        why=OddWhy.OTHER_SUM,
        top_up_id=top_up.id,
        told_at=NOW,
    )
    db.session.add(made)
    db.session.commit()
    return made.public_id


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
    """A decision and a paper that wait for a second person of the council: their public ids; and a question to the person."""
    caseloads.ask_powers(actor=care_manager, entry=entry, powers={Power.SEE_MONEY}, why="To count it together")
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
