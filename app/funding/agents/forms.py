"""The question of this room's page."""

from app.platform.web.fields import ChoiceField, Form


class AgentForm(Form):
    """Whose account is it?"""

    agent = ChoiceField("Which of the people who help you is it?", choices={}, required="Select who it is")
