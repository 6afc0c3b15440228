"""Plain rules of what could not be sent: how it is sealed, and how its words go back into their form."""
