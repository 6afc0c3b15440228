"""Where outside systems knock. Whatever they say is checked to be theirs before a word of it is believed."""
