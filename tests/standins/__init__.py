"""Honest stand-ins for the outside world: they refuse what the real one refuses. Never imported by ``app``."""
