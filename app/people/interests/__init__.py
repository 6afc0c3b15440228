"""Conflicts of interest: whoever works for a provider holds no power over somebody who buys there.

Promises that a power rests at once while the conflict lasts, in whichever order the two came about, and is whole again after.
"""
