"""The shop floor: what is found, a listing, a provider. Composes the rooms below and owns nothing."""
