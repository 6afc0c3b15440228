"""Ending support with notice, and taking its visits to another provider. Promises that both happen, or neither."""
