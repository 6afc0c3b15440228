"""Makers of things to test with, one module a room. Each commits, so that a transaction under test starts clean."""
