"""A council's own staff: invited, given roles and removed by its administrators, on the record; the last one stays.

Promise: a change of roles counts from the next click of whoever it is about, and nobody is left who cannot be let in.
"""
