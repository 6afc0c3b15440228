"""Stub."""


def rebuild() -> int:
    """Nothing yet."""
    return 0
