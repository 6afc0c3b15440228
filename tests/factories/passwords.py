"""A password for people to test signing in with; hashed once, because hashing is slow on purpose."""

from app.people.accounts.rules import passwords

PASSWORD = "otter lamp teapot"
HASH = passwords.hash_password(PASSWORD)
