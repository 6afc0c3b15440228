"""What people report: a provider's page, a listing, a message, and the reviews beside them, in one list for the moderator.

Promises that anybody who sees such a thing can report it, that a person of the council decides and says why, and that
where something is removed its reason stands in its place.
"""
