"""How long an invitation to work for a provider lasts, and how many there may be."""

from datetime import timedelta

STAFF_INVITATION_LASTS = timedelta(days=14)
STAFF_INVITATIONS_A_DAY = 50
