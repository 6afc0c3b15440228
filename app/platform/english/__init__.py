"""Knows what is a word of British English, so that nobody's right word is mended into another."""
