"""Who acts about somebody's own money by law."""

from app.people.accounts.models import Person
from app.people.circles.queries import powers_over, powers_to_act, supporters_of
from app.people.circles.rules import Power


def acts_with_authority(actor: Person, person_id: int, *, to_act: bool = False) -> bool:
    """Whether somebody is an attorney, deputy or appointee of the person whose paper two people of the council saw.

    Nobody whose help rests is, nor anybody who is here for the person's council, whatever paper they have: neither may
    spend private money then.
    """
    if actor.id == person_id or Power.BOOK not in (powers_to_act if to_act else powers_over)(actor, person_id):
        return False
    theirs = (one for one in supporters_of(person_id) if one.supporter_id == actor.id)
    return any(one.is_in_force and one.has_authority for one in theirs)
