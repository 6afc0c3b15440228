"""Every setting, read from the environment; safe at home, and refusing to start in production on a default.

The table of all of them, with what each is at home, stands in the README; ``tests/house/test_settings.py`` holds it to this file.
"""

import os
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
SECRET_SHORTEST = 32


class UnsafeSettings(RuntimeError):  # noqa: N818 - it names the state of things, and operators read it
    """Production was asked for with a setting that is missing or only fit for home."""


def settings(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Turn the environment into Flask settings.

    Raises:
        UnsafeSettings: naming every setting that production lacks, all at once.
    """
    mode = environment.get("OWNWAY_MODE", "demonstration")
    if mode not in {"demonstration", "production"}:
        msg = f"OWNWAY_MODE is {mode!r}: it must be demonstration or production"
        raise UnsafeSettings(msg)
    is_production = mode == "production"
    instance = Path(environment.get("INSTANCE_DIR", HERE / "instance"))
    port = environment.get("PORT", "5000")
    if is_production:
        _refuse_what_is_unsafe(environment)
    elif wrong := _wrong_about_files(environment):
        raise UnsafeSettings("\n  ".join(wrong))
    site_url = environment.get("SITE_URL", f"http://127.0.0.1:{port}").rstrip("/")
    return {
        "MODE": mode,
        "IS_DEMONSTRATION": not is_production,
        "DATABASE_URL": environment.get("DATABASE_URL") or f"sqlite:///{instance / 'ownway.sqlite'}",
        "SECRET_KEY": environment.get("SECRET_KEY") or _secret_kept_in(instance / "secret_key"),
        "OLD_SECRET_KEYS": tuple(environment.get("OLD_SECRET_KEYS", "").split()),
        "SEARCH_ENGINE": _search_engine(environment),
        "SEARCH_INDEX_DIR": environment.get("SEARCH_INDEX_DIR") or str(HERE / "search_index"),
        "STRIPE_API_KEY": environment.get("STRIPE_API_KEY", ""),
        "STRIPE_API_BASE": environment.get("STRIPE_API_BASE", ""),
        "STRIPE_WEBHOOK_SECRET": environment.get("STRIPE_WEBHOOK_SECRET", ""),
        "MAIL_URL": environment.get("MAIL_URL") or f"file:{instance / 'mail'}",
        "MAIL_FROM": environment.get("MAIL_FROM") or "Ownway <no-reply@ownway.example>",
        "FILES_URL": environment.get("FILES_URL", ""),
        "FILES_ACCESS_KEY": environment.get("FILES_ACCESS_KEY", ""),
        "FILES_SECRET_KEY": environment.get("FILES_SECRET_KEY", ""),
        "SITE_URL": site_url,
        "PORT": int(port),
        "CLOCK": clock_told(environment),
        "PROXIES": _proxies(environment.get("PROXIES") or "0"),
        "INSTANCE_DIR": str(instance),
        "SESSION_COOKIE_NAME": "__Host-ownway" if is_production else "ownway",
        "SESSION_COOKIE_SECURE": is_production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,
    }


_MUST_BE_SAID = {
    "DATABASE_URL": "name the database, for example postgresql://...",
    "SEARCH_INDEX_DIR": "name a folder on this machine's own disk",
    "FILES_URL": "name a folder that is backed up (file:/var/lib/ownway/files), or a bucket (s3://BUCKET?region=REGION)",
}


def _refuse_what_is_unsafe(environment: Mapping[str, str]) -> None:
    wrong = [f"{name}: {words}" for name, words in _MUST_BE_SAID.items() if not environment.get(name)]
    if len(environment.get("SECRET_KEY", "")) < SECRET_SHORTEST:
        wrong.append(f"SECRET_KEY: give at least {SECRET_SHORTEST} random characters")
    key = environment.get("STRIPE_API_KEY", "")
    if not key.startswith(("sk_live_", "rk_live_")):
        wrong.append("STRIPE_API_KEY: give a live key (sk_live_... or rk_live_...)")
    if not environment.get("STRIPE_WEBHOOK_SECRET", "").startswith("whsec_"):
        wrong.append("STRIPE_WEBHOOK_SECRET: give the endpoint's signing secret (whsec_...)")
    base = environment.get("STRIPE_API_BASE", "")
    if base and urlsplit(base).scheme != "https":
        wrong.append("STRIPE_API_BASE: leave it out, or give an https:// address")
    if not environment.get("MAIL_URL", "").startswith(("smtp://", "smtps://")):
        wrong.append("MAIL_URL: give a mail server, smtp://... or smtps://...")
    if not _is_sender(environment.get("MAIL_FROM", "")):
        wrong.append("MAIL_FROM: give who emails are from, like Ownway <no-reply@care.example-council.gov.uk>")
    wrong += _wrong_about_files(environment, is_production=True)
    if urlsplit(environment.get("SITE_URL", "")).scheme != "https":
        wrong.append("SITE_URL: give the https:// address people use")
    if environment.get("OWNWAY_CLOCK"):
        wrong.append("OWNWAY_CLOCK: leave it out, production lives in the real time")
    if wrong:
        msg = "production refuses to start:\n  " + "\n  ".join(wrong)
        raise UnsafeSettings(msg)


NOBODYS = ("example", "invalid", "test", "localhost", "example.com", "example.net", "example.org")
"""Ends of addresses that nobody has (RFC 2606): no mail server of a reader takes letters from there."""


def _is_sender(written: str) -> bool:
    """Whether letters can come from this address: one of a real domain."""
    _, address = parseaddr(written)
    mailbox, at, domain = address.rpartition("@")
    ends = domain.lower().rstrip(".")
    is_nobodys = any(ends == one or ends.endswith(f".{one}") for one in NOBODYS)
    return bool(mailbox and at and "." in ends and not is_nobodys and not any(one.isspace() for one in address))


def _wrong_about_files(environment: Mapping[str, str], *, is_production: bool = False) -> list[str]:
    # Only here: the application imports this module while it is imported itself.
    from app.platform.files.rules.places import place_told

    try:
        place = place_told(environment, at_home="-")
    except ValueError as no:
        return [str(no)]
    wrong = []
    if is_production and place.endpoint and urlsplit(place.endpoint).scheme != "https":
        wrong.append("FILES_URL: the endpoint must be an https:// address")
    if is_production and environment.get("FILES_URL") and place.folder and not Path(place.folder).is_absolute():
        wrong.append("FILES_URL: give the whole path of the folder, file:/var/lib/ownway/files")
    return wrong


CLOCK_FURTHEST = timedelta(days=36_500)


def clock_told(environment: Mapping[str, str]) -> datetime | timedelta:
    """When the demonstration believes it is: an aware moment, or how far ahead of the real time; mostly no time at all.

    Raises:
        UnsafeSettings: when it is neither.
    """
    text = environment.get("OWNWAY_CLOCK", "").strip()
    if not text:
        return timedelta()
    msg = (
        f"OWNWAY_CLOCK is {text!r}: it must be a moment with its zone, such as 2026-12-25T00:01+00:00, "
        "or how many seconds ahead it is, such as +86400"
    )
    try:
        if text[0] in "+-":
            ahead = timedelta(seconds=int(text))
            if abs(ahead) <= CLOCK_FURTHEST:
                return ahead
            raise UnsafeSettings(msg)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise UnsafeSettings(msg) from None
    if moment.tzinfo is None:
        raise UnsafeSettings(msg)
    return moment


PROXIES_MOST = 5


def _proxies(number: str) -> int:
    if not (number.isascii() and number.isdigit() and int(number) <= PROXIES_MOST):
        msg = f"PROXIES is {number!r}: it must be a number from 0 to {PROXIES_MOST}"
        raise UnsafeSettings(msg)
    return int(number)


def _search_engine(environment: Mapping[str, str]) -> str:
    engine = environment.get("SEARCH_ENGINE") or "whoosh"
    if engine not in {"whoosh", "postgres"}:
        msg = f"SEARCH_ENGINE is {engine!r}: it must be whoosh or postgres"
        raise UnsafeSettings(msg)
    return engine


def _secret_kept_in(file: Path) -> str:
    """A secret of this clone's own, made once and readable by its owner only."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return file.read_text()
