"""Hears words of danger in what somebody typed, and knows what to do now: whom to call, never what to buy."""
