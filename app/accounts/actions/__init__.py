"""What happens to accounts: made, confirmed, signed in to, given roles, and given new passwords.

Nothing here tells a stranger whether an email address is known: the answers are the same, and take as long.
"""

from app.accounts.actions.passwords import ask_to_reset, change_password, reset_password
from app.accounts.actions.refused import (
    LinkDoesNotWork,
    NotConfirmed,
    TooManyAsked,
    TooManyTries,
    WeakPassword,
    WrongSignIn,
)
from app.accounts.actions.roles import end_role, grant_role
from app.accounts.actions.signing_in import Recognised, end_sign_in, let_in, let_in_demonstration_person, recognise
from app.accounts.actions.signing_up import add_staff, ask_to_confirm, confirm_email, enrol, new_session_key, sign_up
from app.accounts.actions.tries import count_asking, count_try

__all__ = [
    "LinkDoesNotWork",
    "NotConfirmed",
    "Recognised",
    "TooManyAsked",
    "TooManyTries",
    "WeakPassword",
    "WrongSignIn",
    "add_staff",
    "ask_to_confirm",
    "ask_to_reset",
    "change_password",
    "confirm_email",
    "count_asking",
    "count_try",
    "end_role",
    "end_sign_in",
    "enrol",
    "grant_role",
    "let_in",
    "let_in_demonstration_person",
    "new_session_key",
    "recognise",
    "reset_password",
    "sign_up",
]
