"""The rules of English: one list of words."""
