"""The rules of danger: plain Python beside one file of words."""
