"""Why something is put right."""

from app.funding.budgets.forms import reason_field
from app.platform.web.fields import Form


class PutRightForm(Form):
    """Why was it a mistake?"""

    reason = reason_field("Why was this a mistake?")
