"""Files that people choose: looked at, made fit, waiting with their form, and kept where the operator says.

Promises that a chosen file is never lost in silence, and that no photo tells where it was taken.
"""
