"""Every read of this room: what it would cost, a person's bookings, a provider's desk."""
