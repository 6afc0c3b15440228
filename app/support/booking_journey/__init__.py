"""The pages on which support is asked for: when, how often, which money pays, check.

Promises that nothing is agreed before the last of them.
"""
