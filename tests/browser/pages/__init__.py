"""Page objects: what a person can do on a page, found by role and name as a screen reader would."""
