"""A person's and a provider's days, printed, and as a private calendar address.

Promises that a calendar shows no more than its owner chose.
"""
