"""The one place that touches the search library: written with Whoosh through a codec of our own, read as numpy arrays.

Whoosh locks, commits and knows what there is; matching, scoring, filters, counts and sorting are arithmetic on whole
columns, which is a hundred times quicker than its own searchers. Only its soundest calls are used: the table of contents is
read anew for every generation (never ``refresh()`` or ``reader(reuse=...)``, which give back what was deleted), one writer
at a time, no compound files.
An index folder is code, because Whoosh unpickles what it finds there: never open one that came from elsewhere.
"""
