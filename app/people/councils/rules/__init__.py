"""Plain rules of places: what a postcode looks like, how far apart two points are, how a file of rows is read."""
