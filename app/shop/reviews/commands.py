"""The ``flask reviews`` commands: what the two jobs do, by hand."""

from flask.cli import AppGroup

from app.platform.jobs.access import tell_swept
from app.shop.reviews.actions import counting, publishing

group = AppGroup("reviews", help="What people say after a delivered visit.")


@group.command("publish")
def publish() -> None:
    """Show the reviews whose week of notice to the provider is over."""
    tell_swept(publishing.publish_due())


@group.command("leave-out-old")
def leave_out_old() -> None:
    """Leave reviews that are older than 24 months out of the averages."""
    tell_swept(counting.leave_out_what_grew_old())
