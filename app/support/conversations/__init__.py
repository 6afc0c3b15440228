"""Messages about a booking between its two sides. Promises that only those who arrange it read them."""
