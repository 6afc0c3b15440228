"""The pages that belong to nobody in particular: the home page, help, the site's promises, and whether it is well.

Its promise: every page here can be read by anybody, and none of them is slow.
"""
