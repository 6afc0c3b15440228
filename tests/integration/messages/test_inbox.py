"""Messages inside the site: one's own only, read when one says so."""

from sqlalchemy import select

from app.base.db import db, transaction
from app.people.accounts.models import Person
from app.platform.messages.actions import sending
from app.platform.messages.models import Message
from tests import queries as counting
from tests.factories import accounts
from tests.inspection import InspectingClient


def _tell(who: Person, subject: str = "Something happened", **more: object) -> Message:
    with transaction():
        number = sending.tell(to_person_id=who.id, to_email=who.email, subject=subject, body="One.\n\nTwo.", **more)  # type: ignore[arg-type]
    return db.session.get_one(Message, number)


def _read() -> list[bool]:
    db.session.expire_all()
    return [m.read_at is not None for m in db.session.scalars(select(Message).order_by(Message.id))]


def test_a_person_reads_their_messages_and_looking_marks_nothing(client: InspectingClient) -> None:
    ada = accounts.person()
    message = _tell(ada)
    accounts.sign_in(client, ada)
    assert "Something happened" in client.page("/messages").get_text()
    page = client.page(f"/messages/{message.public_id}")
    assert [p.get_text() for p in page.select("main p.govuk-body")] == ["One.", "Two."]
    assert _read() == [False]
    assert client.submit(f"/messages/{message.public_id}").location == "/messages"
    assert _read() == [True]


def test_reading_leads_to_what_it_is_about(client: InspectingClient) -> None:
    ada = accounts.person()
    message = _tell(ada, link="/account")
    accounts.sign_in(client, ada)
    assert client.submit(f"/messages/{message.public_id}").location == "/account"


def test_everything_is_marked_as_read_at_once_and_only_ones_own(client: InspectingClient) -> None:
    ada, other = accounts.person(), accounts.person()
    for who in (ada, ada, other):
        _tell(who)
    accounts.sign_in(client, ada)
    assert client.submit("/messages", button="Mark all as read").location == "/messages"
    assert _read() == [True, True, False]


def test_somebody_elses_message_is_not_found_and_stays_unread(client: InspectingClient) -> None:
    ada, other = accounts.person(), accounts.person()
    message = _tell(other, link="/account")
    mine = _tell(ada)
    accounts.sign_in(client, ada)
    client.page(f"/messages/{message.public_id}", status=404)
    token = client.page(f"/messages/{mine.public_id}").select_one("main input[name=csrf_token]")
    assert token is not None
    sent = client.post(f"/messages/{message.public_id}/read", data={"csrf_token": token["value"]})
    assert sent.status_code == 404
    assert _read() == [False, False]
    for nobody in ("nobody", "%00", "1", "' OR 1=1"):
        client.page(f"/messages/{nobody}", status=404)


def test_secret_links_are_never_shown_inside(client: InspectingClient) -> None:
    ada = accounts.person()
    message = _tell(ada, subject="Choose a new password", link="/reset-password/token", is_secret=True)
    accounts.sign_in(client, ada)
    assert "Choose a new password" not in client.page("/messages").get_text()
    client.page(f"/messages/{message.public_id}", status=404)


def test_a_long_inbox_is_paged_with_the_same_number_of_queries(client: InspectingClient) -> None:
    ada = accounts.person()
    accounts.sign_in(client, ada)
    asked = []
    for more in (2, 39):
        with transaction():
            db.session.add_all(
                Message(
                    to_person_id=ada.id,
                    to_email=ada.email,
                    subject="Something",
                    body="x",
                    made_at=accounts.LONG_AGO,
                    sent_at=accounts.LONG_AGO,
                )
                for _ in range(more)
            )
        with counting.counted() as statements:
            client.page("/messages")
        asked.append(len(statements))
    assert asked[0] == asked[1]
    assert len(client.page("/messages?page=3").select("tbody tr")) == 1
    client.page("/messages?page=4", status=404)
