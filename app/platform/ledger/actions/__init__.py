"""Moving money. Every action here is told once: the same key with the same facts gives the first answer again.

Accounts are locked in the order of their numbers before anything is decided, so two events never wait for each other
in a ring and nothing is decided on a stale balance. Actions run inside the caller's transaction.
"""
