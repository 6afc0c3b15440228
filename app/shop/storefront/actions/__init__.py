"""What the shop floor keeps: weeks with a name."""
