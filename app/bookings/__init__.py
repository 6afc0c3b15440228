"""From asking to delivered: bookings and their visits. Promises that what was agreed is frozen and that silence never spends money."""
