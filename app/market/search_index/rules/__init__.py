"""Plain rules of searching: what is asked and answered, how words are read, everyday words beside care words."""
