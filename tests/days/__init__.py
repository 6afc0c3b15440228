"""Proof that nothing depends on the day: moments on which the demonstration is loaded and its journeys walked."""
