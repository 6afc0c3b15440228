"""Bank details as typed, the file that asks a bank to pay, and its answer."""

from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import pytest

from app.base.bank_accounts import BankAccount, bank_account
from app.base.refusals import BadInput
from app.support.settlement.rules.bank_files import PAIN_001, Answered, Instruction, answer_of, payment_file

COUNCIL = BankAccount("Millbrook Council", "203040", "12345678")
SELLER = BankAccount("Bright Days & Co", "112233", "00765432")
NS = {"p": PAIN_001}


@pytest.mark.parametrize(
    "typed", [("Bright Days & Co", "11-22-33", "765 4321"), (" Bright  Days & Co", "112233", "07654321")]
)
def test_an_account_is_read_as_people_write_it(typed: tuple[str, str, str]) -> None:
    assert bank_account(*typed) == BankAccount("Bright Days & Co", "112233", "07654321")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("", "112233", "12345678"), "name"),
        (("A name that is far too long", "112233", "12345678"), "name"),
        (("Bright<Days", "112233", "12345678"), "name"),
        (("Bright", "11223", "12345678"), "sort code"),
        (("Bright", "11223٣", "12345678"), "sort code"),
        (("Bright", "112233", "123456"), "account number"),
        (("Bright", "112233", "1234567x"), "account number"),
    ],
)
def test_what_is_no_account_is_refused_with_how_to_mend_it(typed: tuple[str, str, str], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        bank_account(*typed)


def test_a_masked_account_names_nothing_but_its_end() -> None:
    assert SELLER.masked == "account ending 432"


def test_the_file_asks_for_every_payment_and_its_sums_are_exact() -> None:
    made = payment_file(
        name="MILLBROOK-B000001",
        made_at=datetime(2026, 12, 14, 3, tzinfo=UTC),
        pay_on=date(2026, 12, 15),
        payer=COUNCIL,
        instructions=[
            Instruction("a" * 14, SELLER, 13_720_01, "MILLBROOK-R000001"),
            Instruction("b" * 14, SELLER, 5, "MILLBROOK-R000002"),
        ],
    )
    root = ET.fromstring(made)
    assert [one.text for one in root.findall(".//p:CtrlSum", NS)] == ["13720.06", "13720.06"]
    assert [one.text for one in root.findall(".//p:NbOfTxs", NS)] == ["2", "2"]
    assert [(one.text, one.get("Ccy")) for one in root.findall(".//p:InstdAmt", NS)] == [
        ("13720.01", "GBP"),
        ("0.05", "GBP"),
    ]
    assert [one.text for one in root.findall(".//p:CdtrAgt//p:MmbId", NS)] == ["112233"] * 2
    assert root.find(".//p:ReqdExctnDt/p:Dt", NS).text == "2026-12-15"  # type: ignore[union-attr]
    assert b"Bright Days &amp; Co" in made
    order = [one.tag.rpartition("}")[2] for one in root.find(".//p:PmtInf", NS) or ()]
    assert order[:9] == [
        "PmtInfId",
        "PmtMtd",
        "NbOfTxs",
        "CtrlSum",
        "ReqdExctnDt",
        "Dbtr",
        "DbtrAcct",
        "DbtrAgt",
        "ChrgBr",
    ]


ANSWER = """<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<OrgnlPmtInfAndSts>
<TxInfAndSts><OrgnlEndToEndId>one</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts>
<TxInfAndSts><OrgnlEndToEndId>two</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn>
<AddtlInf>Account closed</AddtlInf></StsRsnInf></TxInfAndSts>
<TxInfAndSts><OrgnlEndToEndId>three</OrgnlEndToEndId><TxSts>ACSP</TxSts></TxInfAndSts>
</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"""


def test_the_answer_is_read_payment_by_payment() -> None:
    assert answer_of(ANSWER.encode()) == [
        Answered("one", is_paid=True, reason="The bank gave no reason"),
        Answered("two", is_paid=False, reason="AC04 Account closed"),
        Answered("three", is_paid=None, reason="The bank gave no reason"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"reference,status\none,paid",
        b"<Document/>",
        b'<Document xmlns="pain.002"/>',
        b'<!DOCTYPE a [<!ENTITY b "c">]>' + ANSWER.encode(),
        b"<" * 100,
        # In two bytes a letter the declaration is hidden from whoever looks at bytes, and the parser reads it.
        ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "c">]>' + ANSWER.partition("?>")[2]).encode(
            "utf-16"
        ),
    ],
)
def test_what_is_no_answer_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput):
        answer_of(content)
