"""What people do with bookings: ask, answer, cancel, record a visit. Each moves the money with it, or nothing."""
