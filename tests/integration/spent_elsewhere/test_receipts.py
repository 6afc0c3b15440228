"""A receipt somebody chose is never lost: it waits with its form, can be added later and replaced, and is seen to be missing."""

import io
import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import Conflict, NotAllowed
from app.base.sizes import FILE_MOST_BYTES, REQUEST_MOST_BYTES
from app.funding.budgets.models import OutsideSpending, Receipt
from app.funding.budgets.rules.kinds import PotKind
from app.funding.spent_elsewhere import actions as outside
from app.funding.spent_elsewhere.models import ReceiptFile
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.rules import Power
from app.platform.files.actions import WAITS
from app.platform.files.gateway import STORE, FolderStore
from app.platform.files.models import StoredFile
from app.platform.files.rules.places import FilesPlace
from tests.factories import accounts, circles, files
from tests.factories.accounts import sign_in
from tests.factories.budgets import pot
from tests.inspection import InspectingClient
from tests.integration.budgets.test_pages import acting_for, words
from tests.integration.spent_elsewhere.test_outside import count, filled, record

ADDRESS = "/money/outside"


def chosen(content: bytes = files.PDF, name: str = "bill.pdf") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def send_large(client: InspectingClient, fields: dict[str, str], content: bytes) -> TestResponse:
    """The form with a large file. The test client itself would lay that in a file of its own, and leave it open."""
    form = client.page(ADDRESS).find("form", enctype="multipart/form-data")
    hidden = {box["name"]: box["value"] for box in form.select("input[type=hidden]")}
    answers = {name.replace("__", "-"): value for name, value in fields.items()}
    file = FileStorage(io.BytesIO(content), "bill.pdf")
    boundary, body = encode_multipart({**answers, **hidden, "receipt": file})
    return client.post(ADDRESS, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def sent_again(client: InspectingClient, page: str, **changed: object) -> TestResponse:
    """Send the form of a page that came back, as it stands there, with some answers changed."""
    form = BeautifulSoup(page, "html.parser").find("form", enctype="multipart/form-data")
    fields = {
        box["name"]: box.get("value", "")
        for box in form.select("input")
        if box.get("type") not in ("file", "checkbox", "radio")
    }
    fields |= {box["name"]: box["value"] for box in form.select("input[type=radio][checked]")}
    return client.post(ADDRESS, data={**fields, **changed}, content_type="multipart/form-data")


def test_a_receipt_chosen_beside_a_wrong_amount_waits_and_goes_with_the_form(client: InspectingClient) -> None:
    person = accounts.person()
    own = pot(person, PotKind.OWN_MONEY, 100_00)
    sign_in(client, person)
    answer = client.submit(
        ADDRESS, **{**filled(own, clock.today()), "amount": "lots"}, receipt=chosen(name="bill of May.pdf")
    )
    page = answer.get_data(as_text=True)
    assert "bill of May.pdf is kept and goes with this form" in page
    assert (count(OutsideSpending), count(StoredFile)) == (0, 1)
    # Wrong once more, for another reason, without choosing it again.
    page = sent_again(client, page, amount="1000.00").get_data(as_text=True)
    assert ("£100.00 left" in page, "bill of May.pdf is kept" in page) == (True, True)
    done = sent_again(client, page, amount="12.50")
    assert done.status_code == 302
    kept = client.get(f"{done.location}/receipt")
    assert (kept.data, count(ReceiptFile)) == (files.PDF, 1)
    assert db.session.scalars(select(StoredFile.waits_for)).all() == [None]


def test_a_waiting_file_is_replaced_left_out_or_gone_in_time_and_nobody_elses(client: InspectingClient) -> None:
    person, other = accounts.person(), accounts.person()
    own, theirs = pot(person, PotKind.OWN_MONEY, 100_00), pot(other, PotKind.OWN_MONEY, 100_00)
    sign_in(client, person)
    wrong = {**filled(own, clock.today()), "amount": ""}
    page = client.submit(ADDRESS, **wrong, receipt=chosen()).get_data(as_text=True)
    key = re.search(r'name="key"[^>]*value="([^"]+)"', page)
    assert key is not None
    # A new page of the form knows nothing of it; nor does somebody else with the same key.
    assert "is kept and goes" not in client.page(ADDRESS).get_text()
    sign_in(client, other)
    theirs_page = client.submit(ADDRESS, **{**filled(theirs, clock.today()), "amount": "", "key": key[1]}).get_data(
        as_text=True
    )
    assert "is kept and goes" not in theirs_page
    sign_in(client, person)
    page = sent_again(
        client,
        client.submit(ADDRESS, **wrong, receipt=chosen()).get_data(as_text=True),
        receipt=chosen(name="other.pdf"),
    ).get_data(as_text=True)
    assert ("other.pdf is kept" in page, "bill.pdf is kept" in page) == (True, False)
    # What cannot be kept is told, and what waited before stays.
    page = sent_again(client, page, receipt=chosen(b"<html>", "page.html")).get_data(as_text=True)
    assert ("must be a photo" in page, "other.pdf is kept" in page) == (True, True)
    with clock.set_to(clock.now() + WAITS + timedelta(minutes=1)):
        sign_in(client, person)
        assert "is kept and goes" not in sent_again(client, page).get_data(as_text=True)
    sign_in(client, person)
    page = sent_again(client, page, **{"receipt-leave-out": "y"}).get_data(as_text=True)
    assert "is kept and goes" not in page
    assert sent_again(client, page, amount="1.00").status_code == 302
    assert count(ReceiptFile) == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-" + b"x" * FILE_MOST_BYTES, "The file is bigger than 20MB"),
        (files.photo((200, 200))[:300], "This photo cannot be opened"),
        (b"", "The file is empty"),
    ],
)
def test_a_file_that_cannot_be_kept_costs_no_word(client: InspectingClient, content: bytes, said: str) -> None:
    person = accounts.person()
    sign_in(client, person)
    answer = send_large(client, filled(pot(person, PotKind.OWN_MONEY, 100_00), clock.today()), content)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, said in page, "Corner Pool" in page) == (200, True, True)
    assert "up to 20MB" in page
    assert (count(OutsideSpending), count(StoredFile)) == (0, 0)


def test_what_is_too_much_to_read_is_told_the_same_limit(client: InspectingClient) -> None:
    person = accounts.person()
    sign_in(client, person)
    fields = filled(pot(person, PotKind.OWN_MONEY, 100_00), clock.today())
    answer = send_large(client, fields, b"x" * REQUEST_MOST_BYTES)
    assert (answer.status_code, "at most 20MB" in answer.get_data(as_text=True)) == (413, True)


def test_where_files_cannot_be_kept_the_rest_can_still_be_sent(app: Flask, client: InspectingClient) -> None:
    person = accounts.person()
    sign_in(client, person)
    own = pot(person, PotKind.OWN_MONEY, 100_00)
    app.extensions[STORE] = FolderStore(FilesPlace(folder="/proc/nowhere"))
    page = client.submit(ADDRESS, **filled(own, clock.today()), receipt=chosen()).get_data(as_text=True)
    assert "We cannot keep files just now. Leave the file out" in page
    assert sent_again(client, page).status_code == 302


def test_a_receipt_is_missing_added_later_and_replaced_with_its_history(client: InspectingClient) -> None:
    person = accounts.person()
    own = pot(person, PotKind.OWN_MONEY, 100_00)
    made = record(person, own)
    sign_in(client, person)
    missing = client.page("/money/outside/all?show=missing").main
    assert "No receipt yet" in missing.get_text()
    page = client.page(f"{ADDRESS}/{made.public_id}")
    assert "No receipt yet" in page.main.get_text()
    adding = page.find("a", string=re.compile("Add the receipt"))["href"]
    assert "Choose the receipt" in client.submit(adding, button="Keep it").get_data(as_text=True)
    for name, content in (("first.jpg", files.photo(turned=6)), ("second.pdf", files.PDF)):
        answer = client.submit(adding, button="Keep it", receipt=chosen(content, name))
        assert answer.status_code == 302
    page = client.page(f"{ADDRESS}/{made.public_id}").main
    assert "Replace the receipt" in page.get_text()
    newest = client.get(f"{ADDRESS}/{made.public_id}/receipt")
    assert (newest.mimetype, newest.data) == ("application/pdf", files.PDF)
    before = page.find("a", string=re.compile("Download the receipt of"))["href"]
    old = client.get(before)
    assert (old.mimetype, old.data[:3], b"SECRETMAKER" in old.data) == ("image/jpeg", b"\xff\xd8\xff", False)
    assert "Every payment has its receipt." in client.page("/money/outside/all?show=missing").main.get_text()
    assert words(client.page("/money/outside/all").main.select("tbody td")[2]) == "Kept"
    assert (count(ReceiptFile), count(StoredFile)) == (2, 2)


def test_a_receipt_of_an_earlier_version_stays_and_can_be_replaced(client: InspectingClient) -> None:
    person = accounts.person()
    made = record(person, pot(person, PotKind.OWN_MONEY, 100_00))
    with transaction():
        db.session.add(Receipt(spending_id=made.id, media_type="image/png", content=b"old png"))
    sign_in(client, person)
    assert client.get(f"{ADDRESS}/{made.public_id}/receipt").data == b"old png"
    client.submit(f"{ADDRESS}/{made.public_id}/add-receipt", button="Keep it", receipt=chosen())
    assert client.get(f"{ADDRESS}/{made.public_id}/receipt").data == files.PDF
    assert client.get(f"{ADDRESS}/{made.public_id}/receipts/first").data == b"old png"
    client.page(f"{ADDRESS}/{made.public_id}/receipts/nothing", 404)


def _add(actor: Person, made: OutsideSpending, key: str) -> ReceiptFile:
    waits_for = files.waiting(actor, key=key)
    with transaction():
        return outside.add_receipt(actor=actor, spending=made, waits_for=waits_for, key=key)


@pytest.mark.usefixtures("app")
def test_only_who_may_spend_adds_a_receipt_and_once() -> None:
    person, sister, seer = accounts.person(), accounts.person(Role.SUPPORTER), accounts.person(Role.SUPPORTER)
    circles.support(person, sister, frozenset({Power.SEE_MONEY, Power.BOOK}))
    circles.support(person, seer, frozenset({Power.SEE_MONEY}))
    made = record(person, pot(person, PotKind.OWN_MONEY, 100_00))
    first = _add(sister, made, "the-first-key-of-a-form")
    with transaction():
        again = outside.add_receipt(
            actor=sister, spending=made, waits_for="receipt:the-first-key-of-a-form", key="the-first-key-of-a-form"
        )
    assert (again.id, first.added_by_id) == (first.id, sister.id)
    with pytest.raises(NotAllowed):
        _add(seer, made, "another-key-of-a-form")
    # A file that waits for somebody else's form is not there.
    files.waiting(person, key="a-third-key-of-a-form")
    with pytest.raises(Conflict, match="waited too long"), transaction():
        outside.add_receipt(
            actor=sister, spending=made, waits_for="receipt:a-third-key-of-a-form", key="a-third-key-of-a-form"
        )
    with transaction():
        outside.take_back_outside(actor=person, spending=made)
    with pytest.raises(Conflict, match="needs no receipt"):
        _add(person, made, "a-fourth-key-of-a-form")
    assert db.session.scalar(select(func.count()).select_from(ReceiptFile)) == 1


def test_who_sees_only_the_councils_money_sees_only_its_payments(client: InspectingClient) -> None:
    person, seer = accounts.person(), accounts.person(Role.SUPPORTER)
    circles.support(person, seer, frozenset({Power.SEE_COUNCIL_MONEY}))
    record(person, pot(person, PotKind.OWN_MONEY, 100_00), paid_to="Private Pool")
    record(person, pot(person, PotKind.DIRECT_PAYMENT, 100_00), paid_to="Council Pool", key="another-key-made-with-it")
    acting_for(client, seer, person)
    seen = client.page("/money/outside/all").main.get_text()
    assert ("Council Pool" in seen, "Private Pool" in seen) == (True, False)
