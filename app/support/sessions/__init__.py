"""Sessions that several people come to, and things that are bought, arrive and are sent back.

Promises that nobody pays for a place or a thing they did not get.
"""
