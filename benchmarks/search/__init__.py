"""How quick search is: our engine beside tantivy, SQLite FTS5 and PostgreSQL on the same listings and the same questions."""
