"""What happens to accounts: made, confirmed, signed in to, given roles, and given new passwords.

Nothing here tells a stranger whether an email address is known: the answers are the same, and take as long.
"""
