"""One page says every rule of a council about money, as it is and as it will be, to anybody."""

from datetime import date

from app.base.db import db, transaction
from app.people.accounts.rules import Role
from app.people.councils.actions.councils import set_policy
from app.people.councils.models import Council, Policy
from tests import queries
from tests.factories import accounts, councils
from tests.inspection import InspectingClient


def _council() -> Council:
    council = councils.council("millbrook", "Millbrook")
    council.phone, council.email = "01632 960001", "care@millbrook.example"
    db.session.commit()
    return council


def _set(council: Council, name: str, value: object, day: date, *, by: bool = False) -> None:
    actor = accounts.person(Role.COMMISSIONER, name="Con Missioner", council_id=council.id) if by else None
    with transaction():
        set_policy(actor=actor, council=council, name=name, value=value, valid_from=day)


def _rows(client: InspectingClient, rule: str) -> list[tuple[str, str]]:
    section = client.page("/councils/millbrook/rules").find("section", {"aria-labelledby": rule})
    assert section is not None
    return [
        (" ".join(key.get_text().split()), " ".join(value.get_text(" ").split()))
        for key, value in zip(section.find_all("dt"), section.find_all("dd"), strict=True)
    ]


def test_a_rule_says_what_it_means_since_when_who_decided_and_what_comes(client: InspectingClient) -> None:
    council = _council()
    _set(council, "contingency_percent", 20, date(2026, 4, 6), by=True)
    _set(council, "contingency_percent", 5, date(2027, 4, 5))
    keeps = "When your budget is agreed, up to {}% of it can be kept back for a time when you need more. Your care manager can then release it."
    unknown = "It is not written down here who decided it. Millbrook can tell you."
    assert _rows(client, "contingency_percent") == [
        ("What it means", keeps.format(20)),
        ("For example", "Your budget is £12,000 a year. At most £2,400 can be kept back."),
        ("Since when", "6 April 2026. A commissioner of Millbrook decided it."),
        (
            "From 5 April 2027",
            f"{keeps.format(5)} For example: Your budget is £12,000 a year. At most £600 can be kept back. {unknown}",
        ),
    ]
    # Names of staff are nobody's business here.
    assert "Con Missioner" not in client.page("/councils/millbrook/rules").get_text()


def test_what_a_council_never_set_is_said_to_be_what_holds_until_it_does(client: InspectingClient) -> None:
    _council()
    assert _rows(client, "carry_over_percent")[2] == (
        "Since when",
        "Millbrook has not set this. Until it does, this is how it is.",
    )
    page = client.page("/councils/millbrook/rules").get_text()
    assert "Rules this site does not check yet" not in page
    assert "isf_notice_days" not in page


def test_a_rule_that_is_set_and_that_nothing_reads_is_said_not_to_be_checked(client: InspectingClient) -> None:
    _set(_council(), "isf_notice_days", 30, date(2026, 4, 6))
    page = client.page("/councils/millbrook/rules")
    heading = page.find("h2", string="Rules this site does not check yet")
    assert heading is not None
    assert [one.get_text() for one in heading.find_all_next("h3", limit=1)] == ["Ending an individual service fund"]


def test_a_rule_that_is_no_more_is_left_out(client: InspectingClient) -> None:
    council = _council()
    row = Policy(
        council_id=council.id,
        name="thank_you_ceiling_percent",
        value=5,
        valid_from=date(2026, 4, 6),
        set_at=council.created_at,
    )
    db.session.add(row)
    db.session.commit()
    page = client.page("/councils/millbrook/rules").get_text()
    assert "thank" not in page.lower()


def test_the_page_says_how_to_challenge_and_where_an_advocate_is(client: InspectingClient) -> None:
    _council()
    page = client.page("/councils/millbrook/rules")
    words = " ".join(page.get_text(" ").split())
    assert "Get somebody independent to speak for you" in words
    assert [one["href"] for one in page.select("#main a")] == [
        "/councils/millbrook/frameworks",
        "#challenge",
        "tel:01632960001",
        "mailto:care@millbrook.example",
        "tel:03000610614",
        "/search?kind=advocacy&council=millbrook",
        "tel:01632960001",
        "/councils/millbrook/rules",
    ]


def test_the_page_costs_the_same_with_many_rules_and_writes_nothing(client: InspectingClient) -> None:
    council = _council()
    with queries.counted() as few:
        client.page("/councils/millbrook/rules")
    for year in range(2000, 2040):
        _set(council, "contingency_percent", year % 100, date(year, 4, 6))
    with queries.counted() as many:
        client.page("/councils/millbrook/rules")
    assert [one.split()[0] for one in few] == [one.split()[0] for one in many] == ["SELECT", "SELECT"]


def test_a_council_that_is_not_here_is_not_found(client: InspectingClient) -> None:
    _council()
    answer = client.get("/councils/nowhere/rules")
    assert answer.status_code == 404
    assert client.get("/councils/MILLBROOK/rules").status_code == 200


def test_the_list_of_councils_and_the_foot_of_every_page_lead_there(client: InspectingClient) -> None:
    _council()
    assert "/councils/millbrook/rules" in [one["href"] for one in client.page("/councils").find_all("a")]
    page = client.page("/help?council=millbrook")
    assert "/councils/millbrook/rules" in [one["href"] for one in page.select("footer a")]
