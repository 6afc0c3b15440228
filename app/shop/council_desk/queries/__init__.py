"""What waits for a council's staff: by kind, and by person for a care manager."""
