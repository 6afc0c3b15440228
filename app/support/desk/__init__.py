"""Bookings as each side finds them: a person's own list, a provider's desk.

Promises that each side sees what it needs and nothing of the other's money.
"""
