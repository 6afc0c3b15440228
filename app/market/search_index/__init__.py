"""The search index: how documents are written, kept, read and matched, on files or in PostgreSQL.

Promises that a reader always finds a whole index, whatever died half-way.
"""
