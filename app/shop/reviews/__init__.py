"""What people say after a delivered visit: scores and words, a week's notice to the provider, its reply, reports, appeals.

Promises that only somebody whose support was delivered (or a supporter, saying so) is heard, that the provider neither
writes nor removes what is said of it, that low and high ones go the same way, that words of harm are read by a person
first, and that no name is shown.
"""
