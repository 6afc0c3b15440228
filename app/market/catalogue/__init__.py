"""Listings, rates, add-ons and the quote. Promises one exact price everywhere, and that a published rate is never edited."""
