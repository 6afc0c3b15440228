"""The pages as a person meets them: found by role and name; what leads elsewhere returns the page it leads to."""
