"""The ``flask trends`` commands."""

from flask.cli import AppGroup

from app.insight.trends import actions
from app.platform.jobs.access import tell_swept

group = AppGroup("trends", help="Figures of what people buy, published once for each four-week period.")


@group.command("publish")
def publish() -> None:
    """Publish every period that is due. Safe to run twice, beside itself, and after days off."""
    tell_swept(actions.publish_periods())
