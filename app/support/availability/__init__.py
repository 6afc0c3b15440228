"""When a listing can be booked at once, its sessions, and who has which place.

Promises that one place is never had twice.
"""
