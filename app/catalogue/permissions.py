"""Who may change the catalogue: asked by the actions and by the pages, so that a button and its door agree."""

from app.accounts.models import Person
from app.providers.models import Provider


def may_manage(actor: Person, provider: Provider) -> bool:
    """Staff of a claimed provider may write its listings and publish its rates; nobody else may."""
    return provider.is_claimed and provider.id in actor.provider_ids
