"""Bank details, the file that asks a bank to pay (ISO 20022 pain.001.001.09), and the bank's answer (pain.002 or a table).

Sources: ISO 20022 message definition report *Payments Initiation*; sort codes are told as members of clearing system GBDSC.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree import ElementTree as ET

from app.base.bank_accounts import BankAccount
from app.base.money import pounds_of
from app.base.refusals import BadInput

PAIN_001 = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
PAID_CODES = frozenset({"ACSC", "ACCC"})
"""Settled at the payer's bank; credited at the payee's."""
REFUSED_CODES = frozenset({"RJCT", "CANC"})
ANSWER_MOST_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Instruction:
    """One payment asked of the bank."""

    reference: str
    """Ours, and comes back in the answer: 35 characters at most."""
    to: BankAccount
    pence: int
    words: str
    """What the payee's statement shows."""


def payment_file(
    *, name: str, made_at: datetime, pay_on: date, payer: BankAccount, instructions: Iterable[Instruction]
) -> bytes:
    """A pain.001 that asks a bank to pay all of these from one account on one day.

    Args:
        name: the file's own name, by which the bank knows it again: 35 characters at most.
        made_at: aware.
        pay_on: the day on which it is to be paid.
        payer: the council's account.
        instructions: at least one.
    """
    rows = list(instructions)
    total = str(pounds_of(sum(one.pence for one in rows)))
    root = ET.Element("Document", xmlns=PAIN_001)
    message = _in(root, "CstmrCdtTrfInitn")
    head = _in(message, "GrpHdr")
    _in(head, "MsgId", name)
    _in(head, "CreDtTm", made_at.isoformat(timespec="seconds"))
    _in(head, "NbOfTxs", str(len(rows)))
    _in(head, "CtrlSum", total)
    _in(_in(head, "InitgPty"), "Nm", payer.name)
    group = _in(message, "PmtInf")
    _in(group, "PmtInfId", name)
    _in(group, "PmtMtd", "TRF")
    _in(group, "NbOfTxs", str(len(rows)))
    _in(group, "CtrlSum", total)
    _in(_in(group, "ReqdExctnDt"), "Dt", pay_on.isoformat())
    _in(_in(group, "Dbtr"), "Nm", payer.name)
    _account(group, "DbtrAcct", payer)
    _bank(group, "DbtrAgt", payer)
    _in(group, "ChrgBr", "SLEV")
    for one in rows:
        row = _in(group, "CdtTrfTxInf")
        _in(_in(row, "PmtId"), "EndToEndId", one.reference)
        _in(_in(row, "Amt"), "InstdAmt", str(pounds_of(one.pence))).set("Ccy", "GBP")
        _bank(row, "CdtrAgt", one.to)
        _in(_in(row, "Cdtr"), "Nm", one.to.name)
        _account(row, "CdtrAcct", one.to)
        _in(_in(row, "RmtInf"), "Ustrd", one.words)
    made: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return made


def _in(parent: ET.Element, name: str, words: str | None = None) -> ET.Element:
    made = ET.SubElement(parent, name)
    made.text = words
    return made


def _account(parent: ET.Element, name: str, account: BankAccount) -> None:
    other = _in(_in(_in(parent, name), "Id"), "Othr")
    _in(other, "Id", account.number)
    _in(_in(other, "SchmeNm"), "Cd", "BBAN")


def _bank(parent: ET.Element, name: str, account: BankAccount) -> None:
    member = _in(_in(_in(parent, name), "FinInstnId"), "ClrSysMmbId")
    _in(_in(member, "ClrSysId"), "Cd", "GBDSC")
    _in(member, "MmbId", account.sort_code)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a bank says of one payment."""

    reference: str
    is_paid: bool | None
    """Nothing: it is still on its way."""
    reason: str


def answer_of(content: bytes) -> list[Answered]:
    """What a bank says in a pain.002, payment by payment, in the order of the file; of any version.

    Raises:
        BadInput: when it is no such file, saying what was expected.
    """
    wrong = BadInput("Choose the bank’s answer: a file of ISO 20022 called pain.002, in XML")
    # No such file declares anything of its own: entities that unfold are an attack. Written in two bytes a letter, which
    # the parser reads as well, a declaration would not be seen here.
    if len(content) > ANSWER_MOST_BYTES or b"\0" in content or b"<!" in content.replace(b"<!--", b""):
        raise wrong
    try:
        root = ET.fromstring(content)  # noqa: S314 - what could unfold was refused above
    except ET.ParseError:
        raise wrong from None
    if "pain.002" not in root.tag:
        raise wrong
    rows = [one for one in root.iter() if one.tag.rpartition("}")[2] == "TxInfAndSts"]
    if not rows:
        raise BadInput("This answer says nothing of single payments. Ask the bank for the status of each payment")
    return [_answered(row) for row in rows]


def _answered(row: ET.Element) -> Answered:
    found: dict[str, str] = {}
    for one in row.iter():
        found.setdefault(one.tag.rpartition("}")[2], (one.text or "").strip())
    status = found.get("TxSts", "")
    is_paid = True if status in PAID_CODES else False if status in REFUSED_CODES else None
    reason = " ".join(part for part in (found.get("Cd", ""), found.get("AddtlInf", "")) if part)
    return Answered(found.get("OrgnlEndToEndId", ""), is_paid, reason[:200] or "The bank gave no reason")
