"""The questions of the listing desk."""
