"""Framework agreements: lots, terms, rounds, invitations, applications, and the award or refusal of each with its reason.

Promise: whether a provider was on a lot in a place on a day is answered from what was recorded, years later too; and
nobody bears a mark for not being chosen.
"""
