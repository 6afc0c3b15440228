"""Finding support: the index of everything on offer, and what it answers to a person's own words.

An *index* is built from the published listings and follows them by their *changes*, so that what somebody publishes is
found within a second. It is derived and may be thrown away at any time: while it is missing the database answers, more
plainly. The promise: any words at all get an answer, the count is exact, and the counts beside the filters are right.
"""
