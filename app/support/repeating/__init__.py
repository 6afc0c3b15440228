"""Visits that repeat: making them as their money comes, moving them, leaving them out.

Promises that a day of a pattern has one visit, and that a change costs what was shown.
"""
