"""Tables that people send as files, read row by row, and what became of each row.

Promises that a broken row never stops another.
"""
