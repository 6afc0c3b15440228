"""Handing one email over: to a mail server by SMTP, or into a folder; and what it says when it will not have it."""

import os
import re
import secrets
import smtplib
import ssl
from email.charset import QP, Charset
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, make_msgid, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import current_app

from app.base import clock

PATIENCE_SECONDS = 20
"""How long a mail server is waited for."""
FAULT_LONGEST = 80


def is_slow(mail_url: str) -> bool:
    """Whether mail goes to a server, which may be slow, and not into a folder."""
    return mail_url.startswith(("smtp://", "smtps://"))


def email_written(to: str, subject: str, words: str, link: str | None) -> MIMEText:
    """The email of a message.

    Written with the older classes of the library: those that parse every header took five times as long, most of what a
    letter cost. What they refuse is refused here.

    Raises:
        ValueError: when the address is none, or a line break would begin a header of its own.
    """
    site = current_app.config["SITE_URL"]
    if not ADDRESS.fullmatch(to) or len(subject.splitlines()) != 1:
        msg = "no address, or a subject of several lines"
        raise ValueError(msg)
    parts = [words.strip()]
    if link:
        parts.append(f"{site}{link}")
    parts.append("Ownway. Please do not answer this email: nobody reads what is sent to this address.")
    body = "\n\n".join(parts) + "\n"
    email = MIMEText(body, "plain", _WORDS)  # type: ignore[arg-type] # the library takes its own Charset
    email["From"] = formataddr(parseaddr(current_app.config["MAIL_FROM"]))
    email["To"] = to
    email["Subject"] = subject
    email["Date"] = format_datetime(clock.now())
    email["Message-ID"] = make_msgid(domain=urlsplit(site).hostname or "localhost")
    email["Auto-Submitted"] = "auto-generated"
    return email


_WORDS = Charset("utf-8")
_WORDS.body_encoding = QP
"""Lines of any length stay within what mail servers take, and English stays readable in the raw."""

ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]+@[^\s@<>,;:\"()\\\x00-\x1f\x7f]+")
"""What may stand behind ``To:`` as one address and nothing else; whether it exists, only a letter tells."""


def post_email(email: MIMEText) -> None:
    """Hand over one email as ``MAIL_URL`` says.

    Raises:
        OSError: when the server or the folder cannot be reached.
        smtplib.SMTPException: when the server will not have it.
        ValueError: when ``MAIL_URL`` cannot be read.
    """
    mail_url = current_app.config["MAIL_URL"]
    if is_slow(mail_url):
        _by_smtp(mail_url, email)
    elif mail_url.startswith("file:"):
        _into_folder(Path(mail_url.removeprefix("file:")), email)
    elif mail_url != "nowhere:":
        # nowhere: is for loading a demonstration, where eighteen months of mail would only be in the way.
        msg = "MAIL_URL must begin smtp://, smtps:// or file:"
        raise ValueError(msg)


def _by_smtp(mail_url: str, email: MIMEText) -> None:
    url = urlsplit(mail_url)
    host = url.hostname or "localhost"
    trusted = ssl.create_default_context()
    server: smtplib.SMTP
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, url.port or 465, timeout=PATIENCE_SECONDS, context=trusted)
    else:
        server = smtplib.SMTP(host, url.port or (587 if url.username else 25), timeout=PATIENCE_SECONDS)
    with server:
        server.ehlo()
        if url.scheme == "smtp":
            if server.has_extn("starttls"):
                server.starttls(context=trusted)
                server.ehlo()
            elif url.username:
                msg = "the mail server offers no encryption, and a password is not sent in the clear"
                raise smtplib.SMTPNotSupportedError(msg)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(email)


def _into_folder(folder: Path, email: MIMEText) -> None:
    """Lay it down whole: written beside its place, then moved there."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{clock.now():%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
    unfinished = folder / f"{name}.part"
    unfinished.write_bytes(email.as_bytes())
    os.replace(unfinished, folder / f"{name}.eml")  # noqa: PTH105 - the atomic one, by its own name


NO_SUCH_MAILBOX = frozenset({550, 551, 553, 556})
"""What a mail server says of an address that no later try will reach."""


def is_for_good(fault: Exception) -> bool:
    """Whether the mail server says that no later try will reach this address."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return all(code in NO_SUCH_MAILBOX for code, _ in fault.recipients.values())
    return False


def fault_in_words(fault: Exception) -> str:
    """A fault by its name and number: what a mail server writes beside them may repeat the address."""
    code = getattr(fault, "smtp_code", "")
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        code = next((code for code, _ in fault.recipients.values()), "")
    if isinstance(fault, OSError) and fault.errno and not isinstance(fault, smtplib.SMTPException):
        code = os.strerror(fault.errno)
    return f"{type(fault).__name__} {code}".strip()[:FAULT_LONGEST]
