"""The pages that compose the storeys below: the storefront, reviews, the home page, and what other systems tell us."""
