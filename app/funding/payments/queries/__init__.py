"""Reading card payments, what of them was paid back, and what the card company claims."""
