"""Emails as tests find them: those laid in the folder of the application under test."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from flask import current_app


def emails() -> list[EmailMessage]:
    """Every email sent so far, oldest first."""
    folder = Path(current_app.config["MAIL_URL"].removeprefix("file:"))
    found = [BytesParser(policy=policy.default).parsebytes(file.read_bytes()) for file in sorted(folder.glob("*.eml"))]
    return [email for email in found if isinstance(email, EmailMessage)]


def sent() -> list[tuple[str, str]]:
    """To whom, and what about, oldest first."""
    return [(str(email["To"]), str(email["Subject"])) for email in emails()]


def link_in(email: EmailMessage) -> str:
    """The path of the one link in an email."""
    site = current_app.config["SITE_URL"]
    (link,) = [word for word in email.get_content().split() if word.startswith(site)]
    return str(link.removeprefix(site))


def last_link() -> str:
    """The path of the link in the last email."""
    return link_in(emails()[-1])
