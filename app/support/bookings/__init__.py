"""Asking for support, agreeing, proposing other times, declining and cancelling.

Promises that money is set aside before anything is agreed, and that of two people who decide at once exactly one is told yes.
"""
