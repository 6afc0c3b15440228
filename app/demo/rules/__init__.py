"""What the invented council is made of: places, providers, what they offer, people, and what they say afterwards."""
