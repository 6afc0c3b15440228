"""What became of each visit: recorded, disputed, settled, saved for later, sent in by file.

Promises that silence never spends money.
"""
