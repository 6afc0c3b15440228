"""Four-weekly settlement: what a council owes each provider for visits paid from money it looks after, and how it is paid.

Promise: every penny charged to such money is on one invoice, is withheld with a reason, or is not yet due; never twice.
"""
