"""The ``flask bookings`` commands: each does by hand what a worker does at its time."""

from flask.cli import AppGroup

from app.platform.jobs.access import tell_swept
from app.support.desk import actions

group = AppGroup("bookings", help="Commands of the bookings room.")


@group.command("lapse")
def lapse() -> None:
    """End the requests and other times nobody answered in time, and pass on places that were kept and not taken.

    The money of what ends goes back, and both sides are told.
    """
    tell_swept(actions.lapse_unanswered())


@group.command("end-share-plans")
def end_share_plans() -> None:
    """End the plans to share whose time is over unanswered; where somebody left, the later visits are called off."""
    tell_swept(actions.end_late_share_plans())


@group.command("forget-files")
def forget_files() -> None:
    """Forget the files of visits that somebody looked at a week ago and nobody took in. What was recorded stays."""
    tell_swept(actions.forget_files())


@group.command("ask")
def ask() -> None:
    """Ask both sides about visits that are two days over and that nobody has recorded; no money moves."""
    tell_swept(actions.ask_about_silent_visits())


@group.command("tell-unconfirmed")
def tell_unconfirmed() -> None:
    """Tell of visits at home that ought to have begun with no code and no record: the provider, then those beside the person.

    After how many minutes is each council's rule: visit_unconfirmed_minutes, visit_unconfirmed_escalate_minutes.
    """
    tell_swept(actions.tell_of_unconfirmed_visits())


@group.command("confirm")
def confirm() -> None:
    """Make the visits that repeat whose money has come, person by person, in date order; what does not fit is said.

    Run it after ``flask budgets release``. Safe to run twice, and beside itself. Where it fails for one person it goes on
    with the others, and says so at the end.
    """
    tell_swept(actions.confirm_visits_due())
