"""What people agreed, and what became of it."""
