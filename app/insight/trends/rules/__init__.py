"""Plain rules of published figures: their periods, tables and files."""
