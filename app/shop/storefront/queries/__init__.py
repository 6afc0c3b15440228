"""What the shop floor reads from the rooms below: offers side by side, the money there is, kept weeks."""
