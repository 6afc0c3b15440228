"""What may be learnt from all of it without finding a person in it."""
