"""Who holds a direct payment for a person: the name that was chosen, bound by the person to one helper's account.

Promises that only the person says whose account it is, and that nobody else's may spend it.
"""
