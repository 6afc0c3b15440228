"""What frameworks mean to people who booked: a place that ends, told to whom it touches; and whom nobody books.

Promise: when a provider leaves a framework nothing agreed is cancelled, and everybody it touches is told their choices.
"""
