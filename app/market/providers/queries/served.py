"""Which councils a provider serves: where it is registered, and where it sells; a room above knows where that is."""

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.base.db import db
from app.market.providers.models import Claim, Provider, Registration
from app.market.providers.queries import commissioners_of
from app.market.providers.rules import ClaimStatus
from app.market.providers.rules.proofs import ClaimProof
from app.people.councils.models import Council, Postcode
from app.people.councils.rules.geography import compact_or_none

_sells_in: list[Callable[[int], set[int]]] = []


def learn_where_sold(sells_in: Callable[[int], set[int]]) -> None:
    """Be told how to ask for the numbers of the councils in which a provider sells; once, as the application is made."""
    _sells_in[:] = [sells_in]


def councils_served(provider: Provider) -> list[Council]:
    """The councils a provider serves, those of its registered addresses first; none where neither is known."""
    postcodes = [provider.postcode, *(one.postcode for one in provider.registrations)]
    compact = {compact_or_none(postcode) for postcode in postcodes if postcode}
    home = set(db.session.scalars(select(Postcode.council_id).where(Postcode.compact.in_(compact)).distinct()))
    numbers = home.union(*(sells_in(provider.id) for sells_in in _sells_in))
    found = db.session.scalars(select(Council).where(Council.id.in_(numbers)).order_by(Council.id)).all()
    return sorted(found, key=lambda council: council.id not in home)


def council_to_decide(provider: Provider, named: Council) -> Council:
    """The council that decides who speaks for a provider, of those it serves.

    The one where somebody else waits for the same page already, so that both are seen together; else the one that was
    named; else the first. One without anybody who could answer comes last. Where nobody knows whom it serves, the named.
    """
    served = councils_served(provider)
    if not served:
        return named
    asked = db.session.scalars(
        select(Claim.council_id)
        .where(Claim.provider_id == provider.id, Claim.status == ClaimStatus.WAITING)
        .order_by(Claim.id)
    ).all()
    wanted = [*asked, named.id]
    in_turn = sorted(served, key=lambda one: wanted.index(one.id) if one.id in wanted else len(wanted))
    return next((one for one in in_turn if commissioners_of(one.id)), in_turn[0])


def does_serve(provider: Provider, council_id: int) -> bool:
    """Whether a provider serves a council, as far as anybody knows: where nothing is known, it may."""
    served = councils_served(provider)
    return not served or council_id in {one.id for one in served}


def registered_reach(provider: Provider) -> dict[ClaimProof, str | None]:
    """Where a code can reach a provider, as a register has it: an address for a letter, a number for a call."""
    known: list[Registration | Provider] = [*provider.registrations, provider]
    address = next((", ".join(filter(None, (one.address, one.postcode))) for one in known if one.address), None)
    return {ClaimProof.LETTER: address, ClaimProof.TELEPHONE: next((one.phone for one in known if one.phone), None)}


def waiting_beside(claim: Claim) -> Sequence[Claim]:
    """The other claims of the same provider that wait, at whichever council, oldest first."""
    return db.session.scalars(
        select(Claim)
        .where(Claim.provider_id == claim.provider_id, Claim.id != claim.id, Claim.status == ClaimStatus.WAITING)
        .options(joinedload(Claim.person), joinedload(Claim.council))
        .order_by(Claim.id)
    ).all()


def claims_waiting(council_id: int | None) -> Sequence[Claim]:
    """The claims that wait, oldest first: at one council, or at all."""
    rows = select(Claim).where(Claim.status == ClaimStatus.WAITING).order_by(Claim.id)
    if council_id is not None:
        rows = rows.where(Claim.council_id == council_id)
    return db.session.scalars(rows.options(joinedload(Claim.provider), joinedload(Claim.council))).all()
