"""A council's staff agree a year's money, change and end it, and put in place what the person chose. Promises that no way is theirs to choose."""
