"""What is done with a basket: filled, suggested, said yes to by code, and booked."""
