"""The rules of accounts, without a database."""

import pytest
from argon2 import PasswordHasher

from app.people.accounts.rules import counted_as, network_of, passwords, safe_path, tidy_name, token_hash


@pytest.mark.parametrize("path", ["/", "/money", "/search?q=a%20b&page=2", "/listings/abc#rates"])
def test_a_path_of_this_site_is_safe_to_go_on_to(path: str) -> None:
    assert safe_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "money",
        "//elsewhere.example",
        "///elsewhere.example",
        "https://elsewhere.example",
        "javascript:alert(1)",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/\t/elsewhere.example",
        "/money\r\nSet-Cookie: a=b",
        " /money",
        "/" + "a" * 500,
        "http:/elsewhere.example",
    ],
)
def test_nothing_else_is(path: str | None) -> None:
    assert safe_path(path) is None


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("not an address", "unknown"),
    ],
)
def test_tries_are_counted_by_network(address: str, counted: str) -> None:
    assert network_of(address) == counted


def test_what_is_counted_names_nobody_and_kinds_do_not_meet() -> None:
    assert len(counted_as("account", "a@example.org")) == 64
    assert counted_as("account", "x") != counted_as("address", "x")
    assert token_hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_name_is_one_line() -> None:
    assert tidy_name("  Ada\r\nBcc: all@example.org  \t E. ") == "Ada Bcc: all@example.org E."


@pytest.mark.parametrize(
    ("password", "objection"),
    [
        ("short", "Password must be 10 characters or more"),
        ("a" * 257, "Password must be 256 characters or fewer"),
        ("Password123", "Choose a password that is harder to guess, like three random words"),
        ("zzzzzzzzzzzzz", "Choose a password that is harder to guess, like three random words"),
        ("ababababababab", "Choose a password that is harder to guess, like three random words"),
        ("ada.example@example.org", "Choose a password that is not your email address"),
        ("Ada.Example", "Choose a password that is not your email address"),
        ("otter lamp teapot", None),
        ("пароль из трёх слов", None),
        ("🦦🏮🫖🦦🏮🫖🐸🧦🌂🛶", None),
    ],
)
def test_passwords_are_long_and_not_the_first_to_be_guessed(password: str, objection: str | None) -> None:
    assert passwords.objection(password, email="ada.example@example.org") == objection


def test_every_password_on_the_list_could_have_been_chosen() -> None:
    assert {p for p in passwords.VERY_COMMON if len(p) < passwords.PASSWORD_SHORTEST} == set()
    assert {p for p in passwords.VERY_COMMON if p != p.casefold()} == set()


def test_a_password_fits_its_own_hash_only() -> None:
    kept = passwords.hash_password("otter lamp teapot")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.fits(kept, "otter lamp teapot")
    assert not passwords.fits(kept, "otter lamp teapots")
    assert not passwords.fits(None, "nobody has this password")
    assert not passwords.fits("not a hash", "otter lamp teapot")
    assert not passwords.fits(kept, "o" * 257)


def test_the_same_letters_typed_another_way_fit() -> None:
    assert passwords.fits(passwords.hash_password("cafe\u0301 otter lamp"), "caf\u00e9 otter lamp")


def test_a_hash_made_with_other_settings_is_out_of_date() -> None:
    assert passwords.is_out_of_date(PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash("otter lamp"))
    assert not passwords.is_out_of_date(passwords.hash_password("otter lamp"))
