"""What people say after a delivered visit: two scores and words, one review for each booking.

Promises that only somebody whose support was delivered (or a person beside them, saying so) is heard, that the provider
never writes its own, and that no name is shown.
"""
