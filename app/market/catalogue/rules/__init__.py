"""Plain rules of the catalogue: the kinds of support, and what a rate card makes of a visit."""
