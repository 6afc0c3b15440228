"""Registers and files that others publish, read row by row into providers and listings.

Promises that every row has one outcome that is told, and that the same file twice changes nothing.
"""
