"""A person's yes by code: only they get it, it is for exactly one basket, and it books once."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db, in_transaction, transaction
from app.base.refusals import Conflict, NotAllowed
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.people.circles.rules import Power
from app.platform.audit.models import AuditEvent
from app.platform.messages.models import Letter, Message
from app.support.basket.actions import codes, deciding
from app.support.basket.models import BasketLine, YesCode
from app.support.basket.rules import CodeWay, TypedCode
from app.support.booking_records.models.bookings import Booking
from tests.factories import accounts, bookings, catalogue
from tests.factories.at_once import at_once
from tests.factories.bookings import NOW
from tests.inspection import InspectingClient
from tests.integration.basket.test_suggestions import act_for, helen, suggest, text_of

SECRET = "s" * 40


@pytest.fixture(autouse=True)
def _on_a_friday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


@pytest.fixture
def scene(app: Flask) -> bookings.Scene:
    app.config["SECRET_KEY"] = SECRET
    return bookings.scene()


def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes that go out, as the person alone reads them."""
    seen: list[str] = []
    real = codes.suggestions.send_code

    def send(*args: object, **facts: object) -> None:
        seen.append(str(facts["code"]))
        real(*args, **facts)  # type: ignore[arg-type]

    monkeypatch.setattr(codes.suggestions, "send_code", send)
    return seen


def ask(scene: bookings.Scene, by: Person, way: CodeWay = CodeWay.EMAIL) -> YesCode:
    with transaction():
        return codes.ask_for_code(actor=by, person=scene.person, way=way, secret=SECRET)


def typed(scene: bookings.Scene, by: Person, code: str) -> codes.Typed:
    with transaction():
        return codes.type_code(actor=by, person=scene.person, typed=code, secret=SECRET)


def count_bookings() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Booking.id)).all())


def test_asked_for_told_and_typed(
    client: InspectingClient, scene: bookings.Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, manager = sent(monkeypatch), helen(scene, frozenset({Power.SUGGEST}))
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    line = suggest(scene, manager)
    monkeypatch.setattr("app.platform.messages.gateway.hurry", list)
    act_for(client, manager, scene.person)
    answer = client.submit("/basket/ask-for-yes", way="email")
    assert answer.location == "/basket/code"
    message = db.session.scalars(select(Message).where(Message.subject == "Your code from Ownway")).one()
    assert (message.to_person_id, message.to_email, message.is_secret) == (scene.person.id, scene.person.email, True)
    assert f"{seen[0][:3]} {seen[0][3:]}" in message.body
    assert (
        "Company at home, from Bright Days\nTuesday 24 November 2026, 09:00 to 10:30\n£41.25, paid from: "
        in message.body
    )
    assert "Altogether £41.25." in message.body
    kept = db.session.scalars(select(YesCode)).one()
    assert seen[0] not in kept.code_hash
    page = client.page("/basket/code")
    assert seen[0] not in str(page)
    # It is in no inbox: not the person's, not of who asked.
    assert "Your code from Ownway" not in text_of(client.page("/messages"))
    wrong = f"{(int(seen[0]) + 1) % 10**6:06d}"
    said = text_of_answer(client, wrong)
    assert "That is not the code. Nothing was booked. You can try 4 times more." in said
    assert (count_bookings(), bookings.left(own)) == (0, (9000, 0))
    answer = client.submit("/basket/code", code=f"{seen[0][:3]} {seen[0][3:]}")
    assert text_of_heading(client, answer.location) == "It is asked for"
    told = db.session.scalars(select(Message.body).where(Message.subject == "Your code was used")).one()
    assert "so what was in your basket is asked for. It is booked once its provider says yes" in told
    made = db.session.scalars(select(Booking)).one()
    assert (made.booked_by_id, bookings.left(own)) == (scene.person.id, (4875, 4125))
    code = db.session.scalars(select(YesCode)).one()
    assert (code.typed_by_id, code.used_at) == (manager.id, NOW)
    done = db.session.get_one(BasketLine, line.id)
    assert (done.taken_by_id, done.booking_id) == (scene.person.id, made.id)
    act = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "said_yes_by_code")).one()
    assert (act.actor_id, act.for_person_id, act.details["total_pence"]) == (manager.id, scene.person.id, 4125)


def text_of_answer(client: InspectingClient, code: str) -> str:
    return client.submit("/basket/code", code=code).get_data(as_text=True)


def text_of_heading(client: InspectingClient, address: str) -> str:
    return client.page(address).find("h1").get_text()


@pytest.mark.parametrize("change", ["price", "line", "money", "taken out"])
def test_any_change_voids_it(scene: bookings.Scene, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    seen, manager = sent(monkeypatch), helen(scene)
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)
    line = suggest(scene, manager)
    ask(scene, manager)
    if change == "price":
        catalogue.card(scene.listing, 3000, valid_from=date(2026, 11, 23))
    elif change == "line":
        suggest(scene, manager, key="second")
    elif change == "money":
        line.pay, other = "", bookings.pot(scene.person, PotKind.DIRECT_PAYMENT, 90_000, scene.council)
        line.pay = other.public_id
        db.session.commit()
    else:
        with transaction():
            deciding.leave_suggestion(actor=scene.person, person=scene.person, line=line.public_id, because="")
    assert typed(scene, manager, seen[0]).became == TypedCode.CHANGED
    assert typed(scene, manager, seen[0]).became == TypedCode.NONE
    assert (count_bookings(), bookings.left(own)) == (0, (90_000, 0))


def test_five_tries_one_open_code_and_its_time(scene: bookings.Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, manager = sent(monkeypatch), helen(scene)
    bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)
    suggest(scene, manager)
    ask(scene, manager)
    wrong = f"{(int(seen[0]) + 1) % 10**6:06d}"
    assert [typed(scene, manager, wrong)[2] for _ in range(5)] == [4, 3, 2, 1, 0]
    assert typed(scene, manager, seen[0]).became == TypedCode.NONE
    ask(scene, manager)
    ask(scene, manager)
    assert typed(scene, manager, seen[1]).became in {TypedCode.WRONG, TypedCode.BOOKED}
    with clock.set_to(NOW + timedelta(minutes=30)):
        assert typed(scene, manager, seen[2]).became == TypedCode.NONE
    ask(scene, manager)
    ask(scene, manager)
    with pytest.raises(Conflict, match="5 codes"):
        ask(scene, manager)
    assert count_bookings() == 0


def test_what_cannot_be_booked_changes_nothing(scene: bookings.Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, manager = sent(monkeypatch), helen(scene)
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    suggest(scene, manager)
    ask(scene, manager)
    monkeypatch.setattr(codes, "book_line", _refused)
    with pytest.raises(codes.NotBookedByCode):
        typed(scene, manager, seen[0])
    db.session.expire_all()
    code, line = db.session.scalars(select(YesCode)).one(), db.session.scalars(select(BasketLine)).one()
    assert (code.used_at, code.tries, line.is_waiting, bookings.left(own)) == (None, 0, True, (9000, 0))


def _refused(*_args: object) -> None:
    raise codes.NotBooked("x", "You have £3.00")


def test_who_may_ask_and_type(scene: bookings.Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, manager = sent(monkeypatch), helen(scene)
    bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    suggest(scene, manager)
    ask(scene, manager)
    for actor in (scene.person, accounts.person(name="Stranger"), helen(scene, frozenset({Power.SEE_PLAN}))):
        with pytest.raises(NotAllowed):
            ask(scene, actor)
        with pytest.raises(NotAllowed):
            typed(scene, actor, seen[0])
    # Another who may ask does not type what was told to be told to somebody else, nor use up its tries.
    assert typed(scene, helen(scene), seen[0]).became == TypedCode.NONE
    assert db.session.scalars(select(YesCode)).one().tries == 0
    scene.person.email_confirmed_at, scene.person.postcode = None, None
    db.session.commit()
    for way, words in ((CodeWay.EMAIL, "Choose a letter"), (CodeWay.LETTER, "Choose email")):
        with pytest.raises(Conflict, match=words):
            ask(scene, manager, way)
    assert count_bookings() == 0


def test_a_letter_is_printed_by_the_operator_and_wiped(
    app: Flask, scene: bookings.Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen, manager = sent(monkeypatch), helen(scene)
    bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    scene.person.postcode = "QX1 1AA"
    db.session.commit()
    suggest(scene, manager)
    ask(scene, manager, CodeWay.LETTER)
    ask(scene, manager, CodeWay.LETTER)
    assert db.session.scalars(select(Message.id).where(Message.subject == "Your code from Ownway")).all() == []
    # The first was wiped when the second took its place.
    assert [bool(one.body) for one in db.session.scalars(select(Letter).order_by(Letter.id))] == [False, True]
    db.session.commit()
    said = app.test_cli_runner().invoke(args=["messages", "letters", str(tmp_path / "post")])
    assert said.output == f"1 letters laid into {tmp_path / 'post'}.\n"
    [file] = (tmp_path / "post").iterdir()
    assert file.read_text(encoding="utf-8").startswith(
        "Ada Example\nQX1 1AA\n\nYour code from Ownway\n\nHello Ada Example,"
    )
    assert re.search(r"^\d{3} \d{3}$", file.read_text(encoding="utf-8"), re.MULTILINE)
    assert file.stat().st_mode & 0o077 == 0
    db.session.expire_all()
    assert [one.body for one in db.session.scalars(select(Letter))] == ["", ""]
    assert app.test_cli_runner().invoke(args=["messages", "letters", str(tmp_path / "post")]).output.startswith("0 ")
    with clock.set_to(NOW + timedelta(days=3)):
        assert typed(scene, manager, seen[1]).became == TypedCode.BOOKED


def test_typed_twice_at_once_books_once(app: Flask, scene: bookings.Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, manager = sent(monkeypatch), helen(scene)
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)
    suggest(scene, manager)
    ask(scene, manager)
    became: list[codes.Typed] = []
    person_id, manager_id = scene.person.id, manager.id

    def job(_number: int) -> None:
        with clock.set_to(NOW):
            person, by = db.session.get_one(Person, person_id), db.session.get_one(Person, manager_id)
            became.append(
                in_transaction(lambda: codes.type_code(actor=by, person=person, typed=seen[0], secret=SECRET))
            )

    assert at_once(app, job, 3) == ["done"] * 3
    assert len({one.checkout for one in became}) == 1
    assert {one.became for one in became} == {TypedCode.BOOKED}
    assert (count_bookings(), bookings.left(own)) == (1, (85_875, 4125))


def test_typed_while_the_person_says_not_now(
    app: Flask, scene: bookings.Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, manager = sent(monkeypatch), helen(scene)
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)
    public_id = suggest(scene, manager).public_id
    ask(scene, manager)
    became: list[TypedCode] = []
    person_id, manager_id = scene.person.id, manager.id

    def job(which: int) -> None:
        with clock.set_to(NOW):
            person, by = db.session.get_one(Person, person_id), db.session.get_one(Person, manager_id)
            if which:
                became.append(
                    in_transaction(
                        lambda: codes.type_code(actor=by, person=person, typed=seen[0], secret=SECRET)
                    ).became
                )
            else:
                in_transaction(
                    lambda: deciding.leave_suggestion(actor=person, person=person, line=public_id, because="no")
                )

    answers = at_once(app, job, 2)
    if became == [TypedCode.BOOKED]:
        assert (answers, count_bookings(), bookings.left(own)) == (["Conflict", "done"], 1, (85_875, 4125))
    else:
        assert (became, answers) == ([TypedCode.CHANGED], ["done", "done"])
        assert (count_bookings(), bookings.left(own)) == (0, (90_000, 0))
