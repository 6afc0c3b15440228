"""Whose money, and which of it may pay: budgets and card payments."""
