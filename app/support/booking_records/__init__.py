"""What the other rooms of support keep and read together: bookings, visits, patterns, shares, payments, their states, and who may see them.

Promises that what was agreed is never rewritten.
"""
