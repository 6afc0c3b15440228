"""Building the invented council through the same actions as people use, on a clock that is set for the purpose."""
