"""Mistakes about a council's money put right. Promises that nothing is rewritten: the opposite is written beside it, once."""
