"""Rules of what repeats and of times on London clocks, in plain Python. Promises the same days as RFC 5545."""
