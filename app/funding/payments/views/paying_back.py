"""Own money back: how much and where to, the account it goes to, each wish, and what is owed."""

from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.bank_accounts import PURPOSE, bank_account
from app.base.db import in_transaction
from app.base.money import Money
from app.base.refusals import NotAllowed
from app.funding.payments.actions import claims, paying_back
from app.funding.payments.forms import OwnBankAccountForm, PayBackForm
from app.funding.payments.permissions import may_pay_back, may_top_up
from app.funding.payments.queries import card_money
from app.funding.payments.queries.authority import acts_with_authority
from app.funding.payments.rules import CLAIM_WORDS, PART_WORDS, WAIT_BEFORE_ASKING, PartStatus, split
from app.funding.payments.views.blueprints import blueprint
from app.people.accounts.access import actor
from app.people.circles.access import Shopper, shopper
from app.people.circles.rules import Power
from app.platform.web.attempts import attempt
from app.platform.web.fields import PlainForm, new_key
from app.platform.web.guards import SIGNED_IN, open_to
from app.platform.web.paging import page_number, page_of
from app.platform.web.seals import seal_for


@blueprint.app_context_processor
def _news() -> dict[str, object]:
    return {"card_news": card_money.card_news}


def _owner() -> Shopper:
    """Whose money it is, for the person and who acts for them by law; to nobody else is a word of it shown.

    Raises:
        NotAllowed: for anybody else.
    """
    now = shopper()
    if not may_pay_back(now.actor, now.person, has_authority=acts_with_authority(now.actor, now.person.id)):
        raise NotAllowed(
            "Only the person has their own money paid back, or an attorney, deputy or appointee whose paper the council saw."
        )
    return now


@blueprint.route("/money/pay-back", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def pay_back() -> ResponseReturnValue:
    """How much is unused, where it would go, and asking for it."""
    now, form = _owner(), PayBackForm()
    if form.validate_on_submit():
        amount, key = form.amount.data, str(form.key.data)
        with attempt(form, "amount", passing=NotAllowed):
            name, asked_at = in_transaction(lambda: _begun(now, amount, key))
            # An old form sent again: the card company may have forgotten by now that it was asked.
            is_first_time = asked_at > clock.now() - WAIT_BEFORE_ASKING
            paying_back.send_to_cards(card_money.parts_to_cards(of=name), is_first_time=is_first_time)
            return redirect(url_for(".paid_back", public_id=name), 303)
        # The next press is a new wish.
        form.key.data = new_key()
        now = _owner()
    pot = card_money.own_pot(now.person.id)
    left = 0 if pot is None else pot.account.available_pence
    news = card_money.card_news(now.person.id)
    most = max(left - news.owed, 0)
    if not form.is_submitted() and most:
        form.amount.data = Money(most)
    return render_template(
        "payments/pay_back.html",
        form=form,
        shopper=now,
        left=left,
        most=most,
        news=news,
        ways=split(most, card_money.refundable(now.person.id)) if most else [],
        details=card_money.newest_details(now.person.id),
        page=page_of(card_money.pay_backs_of(now.person.id), number=page_number()),
        words=PART_WORDS,
    )


def _begun(now: Shopper, amount: Money, key: str) -> tuple[str, datetime]:
    """What is needed of the wish once its transaction is over."""
    begun = paying_back.begin_pay_back(actor=now.actor, person=now.person, amount=amount, key=key)
    return begun.public_id, begun.asked_at


@blueprint.route("/money/pay-back/bank-account", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def own_bank_account() -> ResponseReturnValue:
    """The account own money goes back to where no card takes it; giving another."""
    now, form = _owner(), OwnBankAccountForm()
    if form.validate_on_submit():
        with attempt(form, "number", passing=NotAllowed):
            account = bank_account(form.name.data or "", form.sort_code.data or "", form.number.data or "")
            in_transaction(
                lambda: paying_back.give_bank_account(
                    actor=now.actor, person=now.person, account=account, seal=seal_for(PURPOSE)
                )
            )
            flash("Kept. Now say how much should be paid back.")
            return redirect(url_for(".pay_back"))
        now = _owner()
    return render_template(
        "payments/own_bank_account.html", form=form, shopper=now, details=card_money.newest_details(now.person.id)
    )


@blueprint.get("/money/pay-back/<public_id>")
@open_to(SIGNED_IN)
def paid_back(public_id: str) -> ResponseReturnValue:
    """One wish: each part, where it goes and where it stands."""
    now = _owner()
    found = card_money.pay_back_for(now.person.id, public_id)
    return render_template("payments/paid_back.html", shopper=now, found=found, words=PART_WORDS, PartStatus=PartStatus)


@blueprint.route("/money/owed", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def owed() -> ResponseReturnValue:
    """What the card company asks back, what is frozen and what is owed; paying it from own money."""
    now, form = shopper(), PlainForm()
    now.require(Power.SEE_MONEY)
    if form.validate_on_submit():
        with attempt(form, None, passing=NotAllowed):
            paid = in_transaction(lambda: claims.pay_what_is_owed(actor=now.actor, person=now.person))
            flash(f"{paid} was paid from {'their' if now.is_for_other else 'your'} own money.")
            return redirect(url_for(".owed"))
        now = shopper()
    pot = card_money.own_pot(now.person.id)
    may = may_top_up(actor(), now.person.id, now.powers)
    return render_template(
        "payments/owed.html",
        form=form,
        shopper=now,
        claims=card_money.claims_of(now.person.id),
        news=card_money.card_news(now.person.id),
        left=0 if pot is None else pot.account.available_pence,
        may_pay=may,
        words=CLAIM_WORDS,
    )
