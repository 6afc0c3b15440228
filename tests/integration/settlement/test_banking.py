"""Bank details with their second look, the file for the bank, and its answer."""

import io

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.base import clock
from app.base.bank_accounts import PURPOSE, bank_account, opened_account, opened_words
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.base.sealing import Seal
from app.people.accounts.actions.roles import grant_role
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.messages.models import Message
from app.support.settlement.actions import answering, banking, paying
from app.support.settlement.models import BankDetails, BankFile, Invoice, Payment, Remittance
from app.support.settlement.queries.checking import settlement_differences
from app.support.settlement.rules.bank_files import Answered
from app.support.settlement.rules.paying import PaymentStatus
from tests.factories import accounts
from tests.factories import settlement as made
from tests.factories.at_once import at_once
from tests.inspection import InspectingClient

pytestmark = pytest.mark.usefixtures("app")

SEAL = Seal(PURPOSE, "only-for-tests-" * 4)
SELLER = bank_account("Bright Days", "112233", "12345678")
COUNCIL = bank_account("Millbrook", "445566", "87654321")


def _do(job: object, **facts: object) -> object:
    with clock.set_to(made.AFTER), transaction():
        return job(**facts)  # type: ignore[operator]


def _remitted() -> tuple[made.Weeks, Remittance]:
    weeks = made.weeks()
    made.charge(weeks, 50_00)
    made.run()
    _do(answering.approve, actor=weeks.finance, invoice=db.session.scalars(select(Invoice)).one())
    (remittance,) = _do(paying.make_remittances, actor=weeks.finance, council_id=weeks.scene.council.id)  # type: ignore[misc]
    return weeks, remittance


def _given(weeks: made.Weeks) -> tuple[BankDetails, BankDetails]:
    council_id = weeks.scene.council.id
    theirs = _do(
        banking.give_bank_details,
        actor=weeks.scene.staff,
        provider_id=weeks.scene.provider.id,
        account=SELLER,
        seal=SEAL,
    )
    own = _do(banking.give_council_account, actor=weeks.finance, council_id=council_id, account=COUNCIL, seal=SEAL)
    return theirs, own  # type: ignore[return-value]


def _check(weeks: made.Weeks, details: BankDetails, who: Person, number: str) -> None:
    _do(
        banking.check_bank_details,
        actor=who,
        council_id=weeks.scene.council.id,
        details=details,
        number=number,
        seal=SEAL,
    )


def _checked(weeks: made.Weeks) -> None:
    theirs, own = _given(weeks)
    _check(weeks, theirs, weeks.finance, "1234 5678")
    _check(weeks, own, weeks.second, "87654321")


def _file(weeks: made.Weeks) -> BankFile:
    return _do(banking.make_bank_file, actor=weeks.finance, council_id=weeks.scene.council.id, seal=SEAL)  # type: ignore[return-value]


def _answer(weeks: made.Weeks, *answers: Answered) -> list[str]:
    council_id = weeks.scene.council.id
    fates = _do(banking.take_bank_answer, actor=weeks.finance, council_id=council_id, answers=list(answers))
    return [one.words for one in fates]  # type: ignore[attr-defined]


def test_an_account_lies_sealed_and_everybody_concerned_is_told() -> None:
    weeks, _ = _remitted()
    colleague = accounts.person(Role.PROVIDER_STAFF, provider_id=weeks.scene.provider.id)
    _given(weeks)
    kept = str(db.session.execute(text("SELECT * FROM bank_details")).all())
    assert "account ending 678" in kept
    assert not any(secret in kept for secret in ("12345678", "112233", "Bright Days", "87654321"))
    for who in (weeks.scene.staff, colleague):
        told = db.session.scalars(select(Message.body).where(Message.to_person_id == who.id)).all()
        assert sum("account ending 678" in body for body in told) == 1
        assert not any("12345678" in body for body in told)


def test_nobody_checks_what_they_gave_and_the_number_must_be_the_same() -> None:
    weeks, _ = _remitted()
    theirs, own = _given(weeks)
    other = made.weeks().finance
    for details, who in ((own, weeks.finance), (theirs, other), (theirs, weeks.scene.staff)):
        with pytest.raises(NotAllowed):
            _check(weeks, details, who, "12345678")
    with pytest.raises(BadInput):
        _check(weeks, theirs, weeks.finance, "12345679")
    with pytest.raises(Conflict, match="account the council pays"):
        _file(weeks)
    newer, _ = _given(weeks)
    with pytest.raises(Conflict, match="Newer"):
        _check(weeks, theirs, weeks.finance, "12345678")
    _check(weeks, newer, weeks.finance, "12345678")
    with pytest.raises(NotFound):
        _do(
            banking.give_bank_details,
            actor=weeks.finance,
            provider_id=weeks.scene.provider.id,
            account=SELLER,
            seal=SEAL,
        )


def test_a_file_asks_once_and_the_answer_is_done_once() -> None:
    weeks, remittance = _remitted()
    _checked(weeks)
    words = opened_words(_file(weeks).sealed, SEAL).decode()
    for part in ("12345678", "87654321", '<InstdAmt Ccy="GBP">50.00</InstdAmt>', remittance.name):
        assert part in words
    with pytest.raises(Conflict, match="nothing to pay"):
        _file(weeks)
    reference = db.session.scalars(select(Payment.public_id)).one()
    assert _answer(weeks, Answered("x", is_paid=True, reason=""), Answered(reference, is_paid=None, reason="")) == [
        "Not a payment of ours: nothing was changed",
        "Still on its way",
    ]
    assert _answer(weeks, Answered(reference, is_paid=False, reason="AC04 closed")) == ["Sent back: AC04 closed"]
    assert _answer(weeks, Answered(reference, is_paid=False, reason="AC04 closed")) == ["Known already"]
    _file(weeks)
    again = db.session.scalars(select(Payment.public_id).where(Payment.status == PaymentStatus.SENT)).one()
    assert again != reference
    assert _answer(weeks, Answered(again, is_paid=True, reason="")) == ["Paid"]
    assert _answer(weeks, Answered(again, is_paid=True, reason="")) == ["Known already"]
    assert _answer(weeks, Answered(again, is_paid=False, reason="Later")) == [
        "The opposite was said before: look at it, and ask the bank"
    ]
    assert settlement_differences() == []


def test_whoever_works_for_the_provider_says_nothing_of_its_payments() -> None:
    weeks, remittance = _remitted()
    _checked(weeks)
    _file(weeks)
    reference = db.session.scalars(select(Payment.public_id)).one()
    with transaction():
        grant_role(person=weeks.finance, role=Role.PROVIDER_STAFF, provider_id=weeks.scene.provider.id)
    both = db.session.get_one(Person, weeks.finance.id)
    with pytest.raises(NotAllowed, match="work for this provider"):
        _do(paying.mark_paid, actor=both, remittance=remittance, paid_on=made.AFTER.date())
    with pytest.raises(NotAllowed, match="work for this provider"):
        _do(paying.mark_refused, actor=both, remittance=remittance, reason="AC04 closed")
    says = Answered(reference, is_paid=False, reason="AC04 closed")
    (fate,) = _do(banking.take_bank_answer, actor=both, council_id=weeks.scene.council.id, answers=[says])  # type: ignore[misc]
    assert (fate.is_done, fate.words) == (False, "You work for this provider: a colleague must take this answer in")
    assert db.session.scalars(select(Payment.status)).all() == [PaymentStatus.SENT]


def test_an_account_opens_with_the_secret_the_site_had_before() -> None:
    weeks, _ = _remitted()
    theirs, _own = _given(weeks)
    assert opened_account(theirs.sealed, Seal(PURPOSE, "another-" * 8, ["only-for-tests-" * 4])) == SELLER
    with pytest.raises(Conflict, match="no longer has"):
        opened_account(theirs.sealed, Seal(PURPOSE, "another-" * 8))


def test_two_who_make_the_file_at_once_ask_the_bank_once(app: Flask) -> None:
    weeks, _ = _remitted()
    _checked(weeks)
    officers, council_id = [weeks.finance.id, weeks.second.id], weeks.scene.council.id

    def make(number: int) -> None:
        with clock.set_to(made.AFTER), transaction():
            actor = db.session.get_one(Person, officers[number % 2])
            banking.make_bank_file(actor=actor, council_id=council_id, seal=SEAL)

    assert sorted(at_once(app, make, 4)) == ["Conflict", "Conflict", "Conflict", "done"]
    assert [one.status for one in db.session.scalars(select(Payment))] == [PaymentStatus.SENT]


def test_the_pages_from_details_to_the_banks_answer(client: InspectingClient) -> None:
    weeks, remittance = _remitted()
    here = f"/council/{weeks.scene.council.code}"
    with clock.set_to(made.AFTER):
        accounts.sign_in(client, weeks.scene.staff)
        door = f"/desk/{weeks.scene.provider.public_id}/bank-details"
        wrong = client.submit(door, name="Bright Days", sort_code="11", number="12345678").get_data(as_text=True)
        assert "Enter a sort code of 6 digits" in wrong
        client.submit(door, name="Bright Days", sort_code="11-22-33", number="12345678")
        shown = client.page(door).get_text()
        assert "account ending 678" in shown
        assert "12345678" not in shown
        accounts.sign_in(client, weeks.finance)
        client.submit(f"{here}/bank-account", name="Millbrook", sort_code="445566", number="87654321")
        theirs, own = db.session.scalars(select(BankDetails.public_id).order_by(BankDetails.id)).all()
        assert weeks.scene.provider.name in client.page(f"{here}/bank-files").main.get_text()  # type: ignore[union-attr]
        client.submit(f"{here}/bank-details/{theirs}", number="12345678")
        assert "A colleague checks them" in client.page(f"{here}/bank-details/{own}").get_text()
        accounts.sign_in(client, weeks.second)
        client.submit(f"{here}/bank-details/{own}", number="87654321")
        client.submit(f"{here}/bank-files", at=f"{here}/bank-files/make")
        made_file, reference = db.session.scalars(select(BankFile)).one(), db.session.scalars(select(Payment)).one()
        answer = client.get(f"{here}/bank-files/{made_file.public_id}.xml")
        assert (answer.mimetype, b"pain.001" in answer.data) == ("application/xml", True)
        said = (
            '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><TxInfAndSts><OrgnlEndToEndId>'
            f"{reference.public_id}</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts></Document>"
        )
        told = client.submit(f"{here}/bank-answer", answer=(io.BytesIO(said.encode()), "answer.xml"))
        assert f"{remittance.name}" in told.get_data(as_text=True)
        assert "Choose the bank’s answer" in client.submit(
            f"{here}/bank-answer", answer=(io.BytesIO(b"no"), "answer.xml")
        ).get_data(as_text=True)
        assert "Paid: 1" in client.page(f"{here}/bank-files").get_text(" ", strip=True)
    db.session.expire_all()
    assert reference.status == PaymentStatus.PAID
