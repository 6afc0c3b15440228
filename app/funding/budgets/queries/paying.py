"""The facts that say who may be paid from what, gathered for the one rule: at most four queries, however much is asked."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from app.base import clock
from app.base.db import db, fetch_rows
from app.base.refusals import BadInput, NotFound
from app.funding.budgets.models import OneOffAgreement, Pot
from app.funding.budgets.queries.balances import PotFacts
from app.funding.budgets.rules.kinds import PotKind
from app.funding.budgets.rules.paying import YES, Lawful, who_may_be_paid
from app.market.catalogue.models import Listing
from app.market.providers.models import Provider
from app.market.providers.queries import framework_days, framework_statuses
from app.market.providers.queries.suspensions import is_stopped
from app.market.providers.rules import ProviderKind
from app.people.accounts.models import Person
from app.people.councils.models import Postcode
from app.people.councils.queries import policy_history

AnyPot = Pot | PotFacts
OUTSIDE_FRAMEWORK = "council_managed_outside_framework"

_LOCALITY = (
    select(Postcode.locality_id)
    .join(Person, Postcode.compact == func.replace(func.upper(Person.postcode), " ", ""))
    .where(Person.id == bindparam("person_id"), Postcode.council_id == bindparam("council_id"))
)
_AGREEMENTS = select(
    OneOffAgreement.provider_id,
    OneOffAgreement.council_id,
    OneOffAgreement.money,
    OneOffAgreement.kind,
    OneOffAgreement.from_on,
    OneOffAgreement.until_on,
).where(
    OneOffAgreement.person_id == bindparam("person_id"),
    OneOffAgreement.provider_id.in_(bindparam("providers", expanding=True)),
    OneOffAgreement.counts(),
)


@dataclass(frozen=True, slots=True)
class AgreementInForce:
    """One agreement in force: whom it lets be paid, from which money, for which kind of support, between which days."""

    provider_id: int
    council_id: int
    money: PotKind
    kind: str | None
    from_on: date
    until_on: date

    def opens(self, pot: AnyPot, provider_id: int, kind: str, day: date) -> bool:
        """Whether it lets this money pay this provider for this kind of support on this day."""
        return (
            self.provider_id == provider_id
            and self.council_id == pot.council_id
            and self.money == pot.kind
            and self.kind in {None, kind}
            and self.from_on <= day <= self.until_on
        )


def locality_of(person_id: int, council_id: int) -> int | None:
    """The locality of a person's postcode, when it lies in that council."""
    asked = {"person_id": person_id, "council_id": council_id}
    number: int | None = fetch_rows(_LOCALITY, asked).scalar()
    return number


def may_pay_from(pot: AnyPot, *, provider: Provider, listing: Listing, on: date) -> Lawful:
    """Whether this money may pay this provider for this listing on this day, with the reason when it may not."""
    return lawful_on([pot], provider=provider, listing=listing, days=[on])[pot.id]


def lawful_on(
    pots: Iterable[AnyPot], *, provider: Provider, listing: Listing, days: Collection[date], is_agreed: bool = False
) -> dict[int, Lawful]:
    """The same for several pots of one person and days at once, by pot number: lawful when it is on every one of the days.

    Framework status counts in the person's own locality. ``is_agreed``: for further visits of what was agreed already,
    which a suspension does not touch.
    """
    by_day = lawful_by_day(pots, provider=provider, listing=listing, days=days, is_agreed=is_agreed)
    return {
        number: next((lawful for lawful in answers.values() if not lawful.ok), YES)
        for number, answers in by_day.items()
    }


def lawful_by_day(
    pots: Iterable[AnyPot], *, provider: Provider, listing: Listing, days: Collection[date], is_agreed: bool = False
) -> dict[int, dict[date, Lawful]]:
    """The same day by day, in order, with as many queries."""
    pots = list(pots)
    facts = _Facts(pots, [provider.id])
    answers: dict[int, dict[date, Lawful]] = {}
    for pot in pots:
        on_framework = facts.framework_days(pot, provider.id, listing.kind, days, is_agreed=is_agreed)
        answers[pot.id] = {
            day: facts.lawful(pot, provider.id, provider.kind, listing.kind, day, is_framework=day in on_framework)
            for day in sorted(days)
        }
    return answers


Offer = tuple[int, ProviderKind, str]
"""A provider's number and kind, and the code of a kind of support."""


def lawful_for_many(pots: Sequence[AnyPot], offers: Collection[Offer], on: date) -> dict[Offer, dict[int, Lawful]]:
    """For many offers at once, as a page of search results has them: which of one person's money may pay each that day."""
    facts = _Facts(pots, {provider_id for provider_id, _, _ in offers})
    pairs = {(provider_id, kind) for provider_id, _, kind in offers}
    statuses = {
        council_id: framework_statuses(pairs, council_id=council_id, on=on, locality_id=facts.locality(council_id))
        for council_id in facts.councils
    }
    return {
        (provider_id, provider_kind, kind): {
            pot.id: facts.lawful(
                pot,
                provider_id,
                provider_kind,
                kind,
                on,
                is_framework=statuses.get(pot.council_id or 0, {}).get((provider_id, kind), False),
            )
            for pot in pots
        }
        for provider_id, provider_kind, kind in offers
    }


class _Facts:
    """What the rule needs to know about one person's money and some providers, each read once and only when it counts."""

    def __init__(self, pots: Sequence[AnyPot], providers: Collection[int]) -> None:
        people = {pot.person_id for pot in pots}
        if len(people) > 1:
            raise NotFound("This is several people's money.")
        self.person_id = next(iter(people), 0)
        self.councils = {
            pot.council_id for pot in pots if pot.kind == PotKind.COUNCIL_MANAGED and pot.council_id is not None
        }
        needs = self.councils or any(pot.kind == PotKind.INDIVIDUAL_SERVICE_FUND for pot in pots)
        self.agreements: list[AgreementInForce] = []
        if needs:
            asked = {"person_id": self.person_id, "providers": sorted(providers)}
            self.agreements = [AgreementInForce(*row) for row in fetch_rows(_AGREEMENTS, asked)]
        self._localities: dict[int, int | None] = {}
        self._policies: dict[int, Sequence[tuple[date, object]]] = {}

    def locality(self, council_id: int) -> int | None:
        if council_id not in self._localities:
            self._localities[council_id] = locality_of(self.person_id, council_id)
        return self._localities[council_id]

    def framework_days(
        self, pot: AnyPot, provider_id: int, kind: str, days: Collection[date], *, is_agreed: bool
    ) -> frozenset[date]:
        if pot.kind != PotKind.COUNCIL_MANAGED or pot.council_id is None:
            return frozenset()
        return framework_days(
            provider_id, pot.council_id, kind, days, locality_id=self.locality(pot.council_id), is_agreed=is_agreed
        )

    def may_be_one_off(self, council_id: int, day: date) -> bool:
        if council_id not in self._policies:
            self._policies[council_id] = policy_history(council_id, OUTSIDE_FRAMEWORK)
        in_force = [value for valid_from, value in self._policies[council_id] if valid_from <= day]
        return not in_force or in_force[-1] != "forbidden"

    def lawful(
        self, pot: AnyPot, provider_id: int, provider_kind: ProviderKind, kind: str, day: date, *, is_framework: bool
    ) -> Lawful:
        is_managed = pot.kind == PotKind.COUNCIL_MANAGED and pot.council_id is not None and not is_framework
        return who_may_be_paid(
            pot.kind,
            is_framework=is_framework,
            is_in_house=provider_kind == ProviderKind.IN_HOUSE,
            has_one_off=any(one.opens(pot, provider_id, kind, day) for one in self.agreements),
            holds_the_fund=pot.provider_id == provider_id,
            is_employed=provider_kind == ProviderKind.PERSONAL_ASSISTANT,
            may_be_one_off=self.may_be_one_off(pot.council_id, day) if is_managed and pot.council_id else True,
        )


def agreements_of(person_id: int) -> Sequence[OneOffAgreement]:
    """Every agreement signed for a person, the newest first, with provider and signer."""
    return db.session.scalars(
        select(OneOffAgreement)
        .where(OneOffAgreement.person_id == person_id)
        .options(joinedload(OneOffAgreement.provider), joinedload(OneOffAgreement.signed_by))
        .order_by(OneOffAgreement.from_on.desc(), OneOffAgreement.id.desc())
    ).all()


def agreement_for(person_id: int, public_id: str) -> OneOffAgreement:
    """One agreement of a person.

    Raises:
        NotFound: when there is none.
    """
    one_off_agreement = db.session.scalar(
        select(OneOffAgreement).where(OneOffAgreement.person_id == person_id, OneOffAgreement.public_id == public_id)
    )
    if one_off_agreement is None:
        raise NotFound("There is no such agreement.")
    return one_off_agreement


def providers_named(words: str, *, council_id: int, most: int = 20) -> Sequence[Provider]:
    """Claimed providers a council has not suspended whose name has these words, by name: to choose one for an agreement."""
    wanted = [word for word in words.split() if word]
    rows = select(Provider).where(Provider.claimed_at.is_not(None), ~is_stopped(council_id, clock.today()))
    for word in wanted:
        rows = rows.where(Provider.name.icontains(word, autoescape=True))
    return db.session.scalars(rows.order_by(Provider.name, Provider.id).limit(most)).all()


class NoSuchProvider(BadInput):
    """The name does not say which provider is meant."""


def providers_meant(words: str, council_id: int) -> Sequence[Provider]:
    """The providers that a name may mean, among those the council has not suspended: exactly that name, or a part of it.

    One alone is meant only when the whole name was entered: half a name is chosen from what it matches.

    Raises:
        NoSuchProvider: when there is none.
    """
    found = providers_named(words, council_id=council_id)
    if not found:
        raise NoSuchProvider("We know no provider with that name. Enter a part of it, spelled as they do.")
    return found


def provider_chosen(found: Sequence[Provider], words: str, chosen: str) -> Provider | None:
    """The one of several that was chosen by its public id, or whose whole name was entered; nothing while neither is so."""
    picked = [one for one in found if one.public_id == chosen]
    exact = [one for one in found if one.name.casefold() == words.strip().casefold()]
    one_alone = picked or (exact if len(exact) == 1 else [])
    return one_alone[0] if one_alone else None


def provider_named(words: str, council_id: int) -> Provider:
    """The one provider that a name means, among those the council has not suspended.

    For choices that are looked at again before they count; what is signed at once asks :func:`provider_chosen`.

    Raises:
        NoSuchProvider: when there is none, or there are several.
    """
    found = providers_meant(words, council_id)
    chosen = found[0] if len(found) == 1 else provider_chosen(found, words, "")
    if chosen is None:
        names = ", ".join(one.name for one in found[:5])
        raise NoSuchProvider(f"Several providers are called that: {names}. Enter the whole name.")
    return chosen
