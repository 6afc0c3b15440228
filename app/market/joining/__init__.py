"""A provider joins by itself: a draft that can be left and resumed, its page seen from the first minute, then published.

Promises that only what a kind of provider needs is asked, that nobody who needs no check waits for a council, and that one
organisation has one page.
"""
