"""Aggregates for commissioners. Promises that no figure, and no two figures together, tell of one person."""
