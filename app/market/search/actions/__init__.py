"""Keeping the index: building it anew, taking in changes, mending it, and following along in every web worker."""
