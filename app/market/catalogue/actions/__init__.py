"""What people do with the catalogue: write listings, publish rates, and tell the search index what changed."""
