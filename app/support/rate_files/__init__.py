"""Rates by file: one row a rate, looked at first, then published with one press; what was refused goes back to mend.

Promises that nothing is published before every row's fate was shown, and that a bad row stops no other.
"""
