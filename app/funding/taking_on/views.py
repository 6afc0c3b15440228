"""The doors of this room: an officer takes somebody on; the person answers, by their account or with a letter; people move."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base.db import in_transaction, transaction
from app.base.refusals import BadInput, Conflict, NotFound
from app.funding.taking_on import queries
from app.funding.taking_on.actions import asking
from app.funding.taking_on.actions.asking import ASKERS, Described
from app.funding.taking_on.forms import LetterForm, TakeOnForm, TwinForm, YesForm
from app.funding.taking_on.models import CouncilPerson
from app.funding.taking_on.queries import Twin, as_postcode
from app.funding.taking_on.rules import TAKING_ON_WORDS, TakingOn
from app.people.accounts.access import actor
from app.people.accounts.actions import tries
from app.people.accounts.rules.refusals import TooManyTries, WeakPassword
from app.people.circles.access import note_look
from app.people.circles.rules import Standing
from app.people.councils import queries as councils
from app.people.councils.access import council_of_staff
from app.people.councils.models import Council, Postcode
from app.platform.web.attempts import attempt
from app.platform.web.fields import PlainForm
from app.platform.web.guards import ANYONE, SIGNED_IN, open_to
from app.platform.web.paging import page_number, page_of

blueprint = Blueprint("taking_on", __name__)

LISTED = "council_people_in_a_list_looked_at"
FOUND = "found_as_perhaps_the_same_looked_at"
COUNCIL_STAFF = Standing(frozenset(), is_care_manager=True)
DEAD_CODE = "This code does not work, or not any more. Check it, or ask the council for a new letter"


def _site() -> str:
    return str(current_app.config["SITE_URL"])


@blueprint.app_context_processor
def _both_councils() -> dict[str, object]:
    return {"both_councils": both_councils}


def both_councils() -> tuple[Council | None, Postcode | None]:
    """The council that pays for whoever looks, and the place their postcode lies in: two things, and both may change."""
    me = actor()
    pays = councils.council_by_id(me.council_id) if me.council_id else None
    return pays, councils.place_of(me.postcode) if me.postcode else None


@blueprint.get("/council/<code>/people")
@open_to(*ASKERS)
def people(code: str) -> ResponseReturnValue:
    """Those the council asked or has, by name; found by reference or part of a name."""
    council = council_of_staff(code, *ASKERS)
    words = " ".join(request.args.get("q", "").replace("\0", "").split())[:80]
    page = page_of(queries.people_of(council.id, words), number=page_number())
    answer = render_template(
        "taking_on/people.html", council=council, page=page, words=words, status_words=TAKING_ON_WORDS
    )
    note_look(LISTED, [one.person for one in page.items], standing=COUNCIL_STAFF)
    return answer


@blueprint.route("/council/<code>/people/take-on", methods=["GET", "POST"])
@open_to(*ASKERS)
def take_on(code: str) -> ResponseReturnValue:
    """Take somebody on: who they are, then whether it is one of those already here, then they are asked."""
    council, form = council_of_staff(code, *ASKERS), TakeOnForm()
    found: list[Twin] = []
    if form.validate_on_submit():
        found = _twins(council, form)
        if found:
            form = TwinForm()
            form.offer({one.person.public_id: _told(one) for one in found})
        if not found or ("twin" in request.form and form.validate()):
            with attempt(form, "reference"):
                made = in_transaction(lambda: _asked(code, form, found))
                return _made(code, *made)
            found = _twins(council_of_staff(code, *ASKERS), form)
    answer = render_template("taking_on/take_on.html", council=council, form=form, found=found)
    note_look(FOUND, [one.person for one in found], standing=COUNCIL_STAFF)
    return answer


def _twins(council: Council, form: TakeOnForm) -> list[Twin]:
    return queries.twins(
        council,
        full_name=form.full_name.data,
        born_on=form.born_on.data,
        postcode=as_postcode(form.postcode.data),
        reference=form.reference.data or None,
        email=form.email.data or None,
    )


def _told(twin: Twin) -> str:
    if twin.known is None:
        return f"{twin.person.full_name}, who has an account already. {twin.why}"
    known = twin.known
    reference = f", reference {known.reference}" if known.reference else ""
    return f"{twin.person.full_name}, {known.postcode}{reference}: with your council. {twin.why}"


def _asked(code: str, form: TakeOnForm, found: list[Twin]) -> tuple[str, str | None]:
    """What waits for the person now, and the code of a letter where one was written."""
    twin = form.twin.data if isinstance(form, TwinForm) else None
    chosen = next((one for one in found if one.person.public_id == twin), None)
    if chosen is not None and chosen.known is not None:
        return chosen.known.public_id, None
    made, letter = asking.take_on(
        actor=actor(),
        council=council_of_staff(code, *ASKERS),
        described=Described(
            form.full_name.data,
            form.born_on.data,
            as_postcode(form.postcode.data),
            form.reference.data or None,
            form.email.data or None,
        ),
        person=chosen.person if chosen else None,
        site=_site(),
    )
    return made.public_id, letter


def _made(code: str, public_id: str, letter: str | None) -> ResponseReturnValue:
    if letter is None:
        flash("They were asked, or are there already. Nothing changes before they say yes.")
        return redirect(url_for(".person", code=code, public_id=public_id))
    council = council_of_staff(code, *ASKERS)
    found = queries.person_at(council.id, public_id)
    return render_template("taking_on/letter_written.html", council=council, found=found, letter=letter)


@blueprint.get("/council/<code>/people/<public_id>")
@open_to(*ASKERS)
def person(code: str, public_id: str) -> ResponseReturnValue:
    """One of them: what the council knows, and where it stands."""
    council = council_of_staff(code, *ASKERS)
    found = queries.person_at(council.id, public_id)
    answer = render_template(
        "taking_on/person.html",
        council=council,
        found=found,
        status_words=TAKING_ON_WORDS,
        plain=PlainForm(formdata=None),
        by_letter=found.person.password_hash is None and "@" not in found.person.email,
        is_asked=found.status == TakingOn.ASKED,
    )
    note_look(LISTED, [found.person], standing=COUNCIL_STAFF)
    return answer


@blueprint.post("/council/<code>/people/<public_id>/letter")
@open_to(*ASKERS)
def letter(code: str, public_id: str) -> ResponseReturnValue:
    """Write another letter, with a new code; shown once, to be printed at a desk."""
    found = queries.person_at(council_of_staff(code, *ASKERS).id, public_id)
    made = in_transaction(lambda: asking.new_letter(actor=actor(), asked=found, site=_site()))
    council = council_of_staff(code, *ASKERS)
    found = queries.person_at(council.id, public_id)
    return render_template("taking_on/letter_written.html", council=council, found=found, letter=made)


@blueprint.post("/council/<code>/people/<public_id>/withdraw")
@open_to(*ASKERS)
def withdraw(code: str, public_id: str) -> ResponseReturnValue:
    """Take back what was asked."""
    found = queries.person_at(council_of_staff(code, *ASKERS).id, public_id)
    with transaction():
        asking.withdraw(actor=actor(), asked=found)
    flash("Taken back. They are not asked any more.")
    return redirect(url_for(".people", code=code))


@blueprint.get("/council/<code>/people-leaving")
@open_to(*ASKERS)
def leaving(code: str) -> ResponseReturnValue:
    """People who said yes to another council: it pays once this one agrees."""
    council = council_of_staff(code, *ASKERS)
    page = page_of(queries.leaving(council.id), number=page_number())
    answer = render_template("taking_on/leaving.html", council=council, page=page, plain=PlainForm(formdata=None))
    note_look(LISTED, [one.person for one in page.items], standing=COUNCIL_STAFF)
    return answer


@blueprint.post("/council/<code>/people-leaving/<public_id>")
@open_to(*ASKERS)
def let_go(code: str, public_id: str) -> ResponseReturnValue:
    """Agree that another council pays from now on."""
    council = council_of_staff(code, *ASKERS)
    found = next(
        (one for one in page_of(queries.leaving(council.id), number=1, size=500).items if one.public_id == public_id),
        None,
    )
    if found is None:
        raise NotFound("Nobody of that kind waits for your council.")
    with transaction():
        asking.agree_to_move(actor=actor(), asked=found)
    flash("Agreed. The other council arranges support with them now. End what your council still pays for.")
    return redirect(url_for(".leaving", code=code))


@blueprint.get("/your-council")
@open_to(SIGNED_IN)
def your_council() -> ResponseReturnValue:
    """The council that pays, the council one shops in, and who asks."""
    pays, place = both_councils()
    return render_template(
        "taking_on/your_council.html",
        asked=[one for one in queries.asked_of(actor()) if one.status != TakingOn.CONFIRMED],
        pays=pays,
        place=place,
        status_words=TAKING_ON_WORDS,
    )


@blueprint.route("/your-council/<public_id>", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def answer(public_id: str) -> ResponseReturnValue:
    """Say yes or no to a council that asks."""
    asked, form = queries.asked_for(actor(), public_id), YesForm()
    if form.validate_on_submit():
        with attempt(form, "born_on"):
            with transaction():
                _answered(asked, form)
            flash("Thank you. Your answer counts from now on.")
            return redirect(url_for(".your_council"))
        asked = queries.asked_for(actor(), public_id)
    return render_template("taking_on/answer.html", asked=asked, form=form)


def _answered(asked: CouncilPerson, form: YesForm) -> None:
    if form.answer.data == "no":
        asking.say_no_to_council(actor=actor(), asked=asked)
        return
    if form.born_on.data is None:
        raise BadInput("Enter your date of birth")
    asking.say_yes_to_council(actor=actor(), asked=asked, born_on=form.born_on.data)


@blueprint.route("/letter", methods=["GET", "POST"])
@open_to(ANYONE)
def by_letter() -> ResponseReturnValue:
    """Answer a letter: the code, one's date of birth and a new password."""
    form = LetterForm()
    if form.validate_on_submit():
        with attempt(
            form,
            "code",
            blame={WeakPassword: "password", TooManyTries: "code", BadInput: "born_on"},
            only=(Conflict, NotFound),
        ):
            with transaction():
                tries.count_try(email=f"letter {form.code.data.lower()}", address=request.remote_addr or "")
            asked = queries.by_code(form.code.data)
            if asked is None:
                raise NotFound(DEAD_CODE)
            with transaction():
                asking.count_code_try(asked=asked)
            name = in_transaction(
                lambda: (
                    asking.confirm_by_letter(
                        asked=asked, born_on=form.born_on.data, password=form.password.data
                    ).person.email
                )
            )
            flash(f"Thank you. You can sign in now, with {name} and your password.")
            return redirect(url_for("accounts.sign_in"))
    return render_template("taking_on/by_letter.html", form=form)
