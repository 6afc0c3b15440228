"""What people say after a delivered visit. Promises that nobody else can, and that praise and complaint are treated alike."""
