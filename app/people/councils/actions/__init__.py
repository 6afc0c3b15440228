"""What is done in the councils room: councils are added, postcodes imported, policies set, frameworks let."""
