"""One file for each promise, walked as a person would."""
