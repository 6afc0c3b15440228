"""What is on offer: providers, listings and their prices, registers, and finding all of it."""
