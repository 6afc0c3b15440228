"""Plain rules of places: what a postcode looks like, how far apart two points are, how a file of rows is read."""

from app.councils.rules.places import Place, compact_postcode, miles_between, show_postcode

__all__ = ["Place", "compact_postcode", "miles_between", "show_postcode"]
