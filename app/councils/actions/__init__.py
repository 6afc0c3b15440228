"""What is done in the councils room: councils are added, postcodes imported, policies set, frameworks let."""

from app.councils.actions.councils import add_council, add_framework, set_policy
from app.councils.actions.postcodes import add_postcodes

__all__ = ["add_council", "add_framework", "add_postcodes", "set_policy"]
