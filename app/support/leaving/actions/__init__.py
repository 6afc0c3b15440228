"""What people do when somebody leaves."""
