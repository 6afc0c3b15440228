"""The questions of this room's pages."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from wtforms.validators import ValidationError

from app.people.accounts.rules.passwords import PASSWORD_LONGEST, PASSWORD_SHORTEST
from app.platform.web.fields import EmailField, Form, PasswordField, TextField, UnseenField

NAME_LONGEST = 120
EMAIL_LONGEST = 254


def real_address(form: Any, field: Any) -> None:
    """Refuse what cannot be an email address; whether anybody reads it, only a letter can tell."""
    del form
    try:
        validate_email(field.data, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        msg = "Enter an email address in the right form, like name@example.com"
        raise ValidationError(msg) from None


def _address(label: str = "Email address", hint: str = "") -> EmailField:
    return EmailField(
        label,
        required="Enter your email address",
        longest=EMAIL_LONGEST,
        rules=[real_address],
        autocomplete="email",
        hint=hint,
    )


def _new_password(label: str = "Password") -> PasswordField:
    return PasswordField(
        label,
        required="Enter a password",
        longest=PASSWORD_LONGEST,
        autocomplete="new-password",
        hint=f"At least {PASSWORD_SHORTEST} characters, any you like. Three random words are easy to remember.",
    )


class SignUpForm(Form):
    """Who are you?"""

    full_name = TextField(
        "Full name", required="Enter your full name", longest=NAME_LONGEST, autocomplete="name", hint=""
    )
    email = _address(hint="We will send a link to it, to check that it is yours.")
    password = _new_password()
    wanted = UnseenField()
    """Where the visitor was going, so that signing up does not lose it."""


class SignInForm(Form):
    """What are your email address and password?"""

    email = EmailField(
        "Email address", required="Enter your email address", longest=EMAIL_LONGEST, autocomplete="email"
    )
    password = PasswordField(
        "Password", required="Enter your password", longest=PASSWORD_LONGEST, autocomplete="current-password"
    )


class AddressForm(Form):
    """Where shall we send the link?"""

    email = _address()


class NewPasswordForm(Form):
    """What shall your password be?"""

    password = _new_password("New password")


class ChangePasswordForm(Form):
    """What was, and what shall be, your password?"""

    current = PasswordField(
        "Password now",
        required="Enter the password you have now",
        longest=PASSWORD_LONGEST,
        autocomplete="current-password",
    )
    password = _new_password("New password")
