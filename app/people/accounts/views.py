"""The doors of this room: sign up, confirm, sign in and out, choose passwords, and one's own account."""

import secrets
from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user

from app.base.db import in_transaction, transaction
from app.base.refusals import NotFound, Refusal
from app.people.accounts import forms, queries
from app.people.accounts.access import actor, sign_in_cookie
from app.people.accounts.actions import passwords, signing_in, signing_up, tries
from app.people.accounts.models import Person
from app.people.accounts.rules import ROLE_CAN, ROLE_WORDS, Role, TokenPurpose, safe_path
from app.people.accounts.rules.refusals import TooManyAsked, TooManyTries, WeakPassword, WrongSignIn
from app.platform.unsent.access import SEAL
from app.platform.web.attempts import attempt
from app.platform.web.fields import PlainForm
from app.platform.web.guards import ANYONE, SIGNED_IN, open_to
from app.platform.web.visitor import forget_visitor, visitor

blueprint = Blueprint("accounts", __name__)

KEPT_ON_SIGN_IN = ("council", "easy_read", SEAL)
"""What a visitor chose, or wrote, before signing in and keeps; everything else of the old session goes."""

_PASSWORD_LINKS = (TokenPurpose.RESET_PASSWORD, TokenPurpose.SET_PASSWORD)


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {"role_words": ROLE_WORDS}


def _start_session(person: Person) -> None:
    """Begin a new session: nothing that was put into the old one before signing in is trusted."""
    kept = {name: session[name] for name in KEPT_ON_SIGN_IN if name in session}
    session.clear()
    session.update(kept)
    login_user(person)
    # A part of its own for each sign-in, so that signing out can end this one and no other.
    session["_user_id"] += f".{secrets.token_urlsafe(16)}"
    forget_visitor()


def _where_next() -> str:
    """Where the visitor was going: as this site's own address says, or as kept when they signed up."""
    return safe_path(request.args.get("next")) or safe_path(session.get("next")) or url_for("pages.home")


# Signing up.


@blueprint.route("/sign-up", methods=["GET", "POST"])
@open_to(ANYONE)
def sign_up() -> ResponseReturnValue:
    """Make an account."""
    if visitor() is not None:
        return redirect(url_for(".account"))
    form = forms.SignUpForm(wanted=request.args.get("next"))
    if form.validate_on_submit():
        with attempt(form, "email", blame={WeakPassword: "password"}, only=TooManyAsked):
            with transaction():
                tries.count_asking(email=form.email.data, address=request.remote_addr or "")
                signing_up.sign_up(email=form.email.data, full_name=form.full_name.data, password=form.password.data)
            wanted = safe_path(form.wanted.data)
            if wanted:
                session["next"] = wanted
            return redirect(url_for("accounts.check_your_email"))
    return render_template("accounts/sign_up.html", form=form)


@blueprint.get("/check-your-email")
@open_to(ANYONE)
def check_your_email() -> ResponseReturnValue:
    """What to do next; the same words whether or not the address was known."""
    return render_template("accounts/check_your_email.html", in_demonstration=current_app.config["IS_DEMONSTRATION"])


@blueprint.route("/confirm-email", methods=["GET", "POST"])
@open_to(ANYONE)
def ask_to_confirm() -> ResponseReturnValue:
    """Ask for a new confirmation link."""
    form = forms.AddressForm()
    if form.validate_on_submit() and _asked(form, signing_up.ask_to_confirm):
        return redirect(url_for("accounts.check_your_email"))
    return render_template("accounts/ask_to_confirm.html", form=form)


def _asked(form: forms.AddressForm, ask: Callable[..., None]) -> bool:
    """Count the wish and do it in one transaction, so that it takes as long whether or not the address is known."""
    with attempt(form, "email", only=TooManyAsked):
        with transaction():
            tries.count_asking(email=form.email.data, address=request.remote_addr or "")
            ask(email=form.email.data)
        return True
    return False


@blueprint.route("/confirm-email/<token>", methods=["GET", "POST"])
@open_to(ANYONE)
def confirm_email(token: str) -> ResponseReturnValue:
    """Confirm an address with a button: mail programs open links by themselves, and opening changes nothing."""
    form = PlainForm()
    try:
        if form.validate_on_submit():
            with transaction():
                signing_up.confirm_email(token=token)
            flash("Your email address is confirmed. You can sign in now.")
            return redirect(url_for(".sign_in"))
        person = queries.person_of_token(token, TokenPurpose.CONFIRM_EMAIL)
    except NotFound as refusal:
        return _dead_link(refusal, url_for(".ask_to_confirm"))
    return render_template("accounts/confirm_email.html", form=form, owner=person)


def _dead_link(refusal: Refusal, another: str) -> ResponseReturnValue:
    return render_template("accounts/dead_link.html", words=str(refusal), another=another), refusal.status


# Signing in and out.


@blueprint.route("/sign-in", methods=["GET", "POST"])
@open_to(ANYONE)
def sign_in() -> ResponseReturnValue:
    """Sign in, and go on to where the visitor was going."""
    if visitor() is not None:
        return redirect(_where_next())
    form = forms.SignInForm()
    if form.validate_on_submit():
        with attempt(form, "email", blame={WrongSignIn: "password"}):
            person = _recognised(form.email.data, form.password.data)
            wanted = _where_next()
            _start_session(person)
            return redirect(wanted)
    return render_template(
        "accounts/sign_in.html",
        form=form,
        next=safe_path(request.args.get("next")),
        demonstration=queries.demonstration_people() if current_app.config["IS_DEMONSTRATION"] else [],
        role_can=ROLE_CAN,
    )


def _recognised(email: str, password: str) -> Person:
    """Count the try, look whether the password is right (slow on purpose, so with no lock held), and let them in."""
    with transaction():
        tries.count_try(email=email, address=request.remote_addr or "")
    recognised = signing_in.recognise(email=email, password=password)
    with transaction():
        return signing_in.let_in(recognised=recognised, password=password)


@blueprint.post("/sign-in/demonstration")
@open_to(ANYONE)
def sign_in_to_demonstration() -> ResponseReturnValue:
    """Sign in as one of the pretend people. Anywhere but in a demonstration there is no such door."""
    if not current_app.config["IS_DEMONSTRATION"]:
        abort(404)
    with transaction():
        person = signing_in.let_in_demonstration_person(public_id=request.form.get("person", ""))
    wanted = _where_next()
    _start_session(person)
    return redirect(wanted)


@blueprint.post("/sign-out")
@open_to(ANYONE)
def sign_out() -> ResponseReturnValue:
    """Forget who was here, on this device, and take the cookie of this sign-in no more."""
    looking = visitor()
    if looking is not None:
        _, _, sign_in = sign_in_cookie().rpartition(".")
        lasts = current_app.config["PERMANENT_SESSION_LIFETIME"]
        number = looking.id
        in_transaction(lambda: signing_in.end_sign_in(sign_in=sign_in, person_id=number, lasts=lasts))
    kept = {name: session[name] for name in KEPT_ON_SIGN_IN if name in session}
    logout_user()
    forget_visitor()
    session.clear()
    session.update(kept)
    flash("You are signed out.")
    return redirect(url_for(".sign_in"))


# Passwords.


@blueprint.route("/forgotten-password", methods=["GET", "POST"])
@open_to(ANYONE)
def forgotten_password() -> ResponseReturnValue:
    """Ask for a link to choose a new password."""
    form = forms.AddressForm()
    if form.validate_on_submit() and _asked(form, passwords.ask_to_reset):
        return redirect(url_for("accounts.check_your_email"))
    return render_template("accounts/forgotten_password.html", form=form)


@blueprint.route("/reset-password/<token>", methods=["GET", "POST"])
@open_to(ANYONE)
def reset_password(token: str) -> ResponseReturnValue:
    """Choose a new password with a link from an email."""
    form = forms.NewPasswordForm()
    try:
        person = queries.person_of_token(token, *_PASSWORD_LINKS)
        if form.validate_on_submit():
            with transaction():
                passwords.reset_password(token=token, password=form.password.data)
            session.clear()
            flash("Your password is changed. You can sign in with it now.")
            return redirect(url_for(".sign_in"))
    except WeakPassword as refusal:
        form.refuse(str(refusal), "password")
    except NotFound as refusal:
        return _dead_link(refusal, url_for(".forgotten_password"))
    return render_template("accounts/reset_password.html", form=form, owner=person)


# One's own account.


@blueprint.get("/account")
@open_to(SIGNED_IN)
def account() -> ResponseReturnValue:
    """Who you are here, and what you may do."""
    me = actor()
    return render_template(
        "accounts/account.html",
        owner=me,
        roles=queries.roles_of(me),
        role_can=ROLE_CAN,
        visits_home=me.has_role(Role.PERSON),
    )


@blueprint.route("/account/password", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def change_password() -> ResponseReturnValue:
    """Choose another password; other devices are signed out."""
    form = forms.ChangePasswordForm()
    if form.validate_on_submit():
        try:
            with transaction():
                tries.count_try(email=actor().email, address=request.remote_addr or "")
            with transaction():
                person = passwords.change_password(
                    actor=actor(), current=form.current.data, password=form.password.data
                )
        except WeakPassword as refusal:
            form.refuse(str(refusal), "password")
        except WrongSignIn:
            form.refuse("This is not the password you have now", "current")
        except TooManyTries as refusal:
            form.refuse(str(refusal), "current")
        else:
            _start_session(person)
            flash("Your password is changed. Other devices were signed out.")
            return redirect(url_for(".account"))
    return render_template("accounts/change_password.html", form=form)
