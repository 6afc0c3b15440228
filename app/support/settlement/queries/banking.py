"""Bank details, whether a council may pay into them, and the files that asked a bank to pay."""

from collections.abc import Sequence

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.base.db import db
from app.base.refusals import NotFound
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.accounts.rules import StaffDuty
from app.support.settlement.models import (
    BankCheck,
    BankDetails,
    BankFile,
    BankFilePayment,
    Invoice,
    Payment,
    Remittance,
)
from app.support.settlement.rules.paying import PaymentStatus


def provider_with_finances(actor: Person, public_id: str) -> Provider:
    """A provider whose finances the actor sees.

    Raises:
        NotFound: for anybody else, and when there is none.
    """
    found = db.session.scalar(select(Provider).where(Provider.public_id == public_id))
    if found is None or found.id not in actor.provider_ids_to(StaffDuty.FINANCE):
        raise NotFound("There is no such provider, or you do not see its finances.")
    return found


def details_of_provider(provider_id: int) -> Sequence[BankDetails]:
    """The bank details of a provider, the newest first."""
    return db.session.scalars(_details().where(BankDetails.provider_id == provider_id)).unique().all()


def details_of_council(council_id: int) -> Sequence[BankDetails]:
    """The bank details of a council's own account, the newest first."""
    return db.session.scalars(_details().where(BankDetails.council_id == council_id)).unique().all()


def _details() -> Select[BankDetails]:
    return (
        select(BankDetails)
        .options(joinedload(BankDetails.given_by), joinedload(BankDetails.provider), selectinload(BankDetails.checks))
        .order_by(BankDetails.id.desc())
    )


def details_to_check(council_id: int) -> Select[BankDetails]:
    """The newest details of providers with an invoice to a council that nobody there has checked; for paging."""
    newer = aliased(BankDetails)
    checked = (
        select(BankCheck.details_id)
        .where(BankCheck.details_id == BankDetails.id, BankCheck.council_id == council_id)
        .exists()
    )
    invoiced = (
        select(Invoice.id)
        .where(Invoice.provider_id == BankDetails.provider_id, Invoice.council_id == council_id)
        .exists()
    )
    later = select(newer.id).where(newer.provider_id == BankDetails.provider_id, newer.id > BankDetails.id).exists()
    return _details().where(invoiced, ~checked, ~later)


def details_named(council_id: int, public_id: str) -> BankDetails:
    """Bank details that an officer of a council may check: the council's own, or of a provider with an invoice to it.

    Raises:
        NotFound: when there are none such.
    """
    found = db.session.scalars(_details().where(BankDetails.public_id == public_id)).unique().first()
    if found is not None and found.council_id == council_id:
        return found
    if (
        found is None
        or db.session.scalar(
            select(Invoice.id)
            .where(Invoice.provider_id == found.provider_id, Invoice.council_id == council_id)
            .limit(1)
        )
        is None
    ):
        raise NotFound("There are no such bank details.")
    return found


def checked_details(council_id: int) -> dict[int | None, BankDetails]:
    """The account that a council pays each provider into: the newest it has checked. Its own is under nothing."""
    rows = _details().join(BankCheck, and_(BankCheck.details_id == BankDetails.id, BankCheck.council_id == council_id))
    found: dict[int | None, BankDetails] = {}
    for one in db.session.scalars(rows).unique():
        found.setdefault(one.provider_id, one)
    return found


def bank_files_of(council_id: int) -> Select[BankFile]:
    """The files that asked a council's bank to pay, the newest first; for paging."""
    return (
        select(BankFile)
        .where(BankFile.council_id == council_id)
        .options(joinedload(BankFile.council), selectinload(BankFile.payments).joinedload(BankFilePayment.payment))
        .order_by(BankFile.number.desc())
    )


def bank_file_of(council_id: int, public_id: str) -> BankFile:
    """One of them.

    Raises:
        NotFound: when there is none.
    """
    found = db.session.scalar(bank_files_of(council_id).where(BankFile.public_id == public_id))
    if found is None:
        raise NotFound("There is no such file.")
    return found


def last_file_number(council_id: int) -> int:
    """The highest number of a council's files; 0 when there is none."""
    return db.session.scalar(select(func.max(BankFile.number)).where(BankFile.council_id == council_id)) or 0


def remittances_to_send(council_id: int) -> Sequence[Remittance]:
    """The remittances of a council for which nothing is on its way: never tried, or sent back by the bank."""
    stands = (
        select(Payment.id)
        .where(Payment.remittance_id == Remittance.id, Payment.status != PaymentStatus.REFUSED)
        .exists()
    )
    return db.session.scalars(
        select(Remittance)
        .where(Remittance.council_id == council_id, ~stands)
        .options(joinedload(Remittance.council), joinedload(Remittance.provider))
        .order_by(Remittance.number)
    ).all()


def payment_known_as(council_id: int, reference: str) -> Payment | None:
    """The payment of a council that a bank calls so."""
    return db.session.scalar(
        select(Payment)
        .join(Payment.remittance)
        .join(BankFilePayment, BankFilePayment.payment_id == Payment.id)
        .where(Remittance.council_id == council_id, Payment.public_id == reference)
        .execution_options(populate_existing=True)
    )
