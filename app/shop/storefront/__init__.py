"""The shop floor: what is found, a listing, a provider, listings side by side, a typical week and its cost. Composes the rooms below; keeps only weeks with a name."""
