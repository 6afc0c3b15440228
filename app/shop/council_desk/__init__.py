"""The desk of a council's staff: what waits for me, by what I do there, counted as the pages that end it count.

Promise: a number on this page is the number of things behind its link.
"""
