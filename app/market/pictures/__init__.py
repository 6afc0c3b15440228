"""A provider's pictures: its logo, its people and its place, each described in words, in several widths of one modern format.

Promises that a picture is drawn anew before anybody sees it, so that nothing hidden in the chosen file is kept or sent on.
"""
