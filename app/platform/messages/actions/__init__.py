"""Telling people: one function or notice for each message, so that what we ever say can be read in this folder.

To add one about a booking, write a ``Notice`` in ``bookings`` and send it with ``send_notice``; one with words of its own
is a function that takes ids, addresses and words (this room knows nothing of the rooms above it) and calls ``tell`` once.
The subject says nothing about care, health or money; the body says no more than is needed to know why to follow the link.
"""
