"""Organisations that sell: registration, framework places, staff, claims. Promises that framework status is a fact about a provider, a council, a lot and a day."""
