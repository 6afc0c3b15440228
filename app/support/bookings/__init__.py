"""What people buy: a booking asked for, agreed, delivered, or cancelled; its visits; and which money pays for each.

Promises that money is set aside before anything is agreed, that what was agreed is never rewritten, that silence never
spends money, and that of two people who decide at once exactly one is told yes.
"""
