"""The door of one part of the shop floor."""
