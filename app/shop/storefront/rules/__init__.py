"""A typical week: how it is read and written, what it costs, and how long money lasts."""
