"""Answering an invitation, and acting for somebody."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base.db import in_transaction, transaction
from app.base.refusals import BadInput
from app.people.accounts.access import actor
from app.people.accounts.queries import person_by_public_id
from app.people.accounts.rules import safe_path
from app.people.circles import access, forms
from app.people.circles.actions import acting, invitations
from app.people.circles.rules import HELPER_WORDS, POWER_WORDS
from app.people.circles.views.blueprints import blueprint
from app.platform.web.attempts import attempt
from app.platform.web.guards import ANYONE, SIGNED_IN, open_to
from app.platform.web.visitor import visitor


@blueprint.route("/supporting/<token>", methods=["GET", "POST"])
@open_to(ANYONE)
def answer(token: str) -> ResponseReturnValue:
    """See who asks for help with what, and say yes (signed in) or no."""
    form = forms.AnswerInvitationForm()
    support = invitations.invitation_of(token)
    is_theirs = visitor() is not None and invitations.is_addressed_to(actor(), support.invited_email)
    if form.validate_on_submit():
        # Whoever the link was passed on to reads nothing of it and answers nothing.
        if "no" in request.form and is_theirs:
            with transaction():
                invitations.decline_invitation(actor=visitor(), token=token)
            flash("You said no. We told them.")
            return redirect(url_for("pages.home"))
        if visitor() is None:
            raise BadInput("Sign in or create an account first, then open the link again to say yes.")
        with attempt(form, blame={invitations.WrongCode: "code", invitations.ForAnotherAddress: "code"}, only=()):
            _say_yes(token, form, is_theirs=is_theirs)
            flash("Thank you. You can start helping now.")
            return redirect(url_for(".beside_you"))
    return render_template(
        "circles/answer.html",
        form=form,
        support=support,
        is_theirs=is_theirs,
        power_words=POWER_WORDS,
        helper_words=HELPER_WORDS,
        token=token,
    )


def _say_yes(token: str, form: forms.AnswerInvitationForm, *, is_theirs: bool) -> None:
    knows_code = False
    if not is_theirs:
        if not form.code.data:
            raise invitations.ForAnotherAddress
        # Committed by itself: a wrong try counts, though the answer is refused.
        knows_code = in_transaction(lambda: invitations.try_code(token=token, code=form.code.data))
        if not knows_code:
            raise invitations.WrongCode
    with transaction():
        invitations.accept_invitation(actor=actor(), token=token, knows_code=knows_code)


@blueprint.post("/shop-for")
@open_to(SIGNED_IN)
def shop_for() -> ResponseReturnValue:
    """Start to act for a person (``person``: their public id), or for oneself again (``action=stop``)."""
    wanted = safe_path(request.form.get("next"))
    if request.form.get("action") == "stop":
        access.stop()
        flash("You are shopping for yourself again.")
        return redirect(wanted or url_for(".beside_you"))
    with transaction():
        person = person_by_public_id(request.form.get("person", ""))
        acting.open_view(actor=actor(), person=person)
        name = person.full_name
    access.start_acting_for(person)
    flash(f"You are shopping for {name} now. Everything you do says so.")
    return redirect(wanted or url_for("storefront.results"))
