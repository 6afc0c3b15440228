"""Money a person spent where we cannot see. Promises that it is told once, with its receipt, and taken back by another entry."""
