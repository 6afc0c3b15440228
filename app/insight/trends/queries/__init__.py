"""What is read to publish figures, and what was published."""
