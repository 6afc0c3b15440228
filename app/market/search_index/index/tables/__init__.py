"""The second engine: the same index in tables of the site's own PostgreSQL, for several hosts that share one database.

PostgreSQL's full text search finds and weighs (``tsvector``, ``ts_rank``, phrases), its trigrams mend spelling; the numbers
of all documents lie in each process as columns, so that counts are exact and sorting is arithmetic, just as with the files.
The tables stand in a schema of their own, ``search_index``, outside the migrations: they are derived, made by a rebuild,
and may be dropped at any time.
"""
