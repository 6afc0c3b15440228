"""What is done with card payments: begun, credited, paid back, frozen, and asked about."""
