"""What a council's commissioners may see of what people buy: sums, never a person.

Each four-week period is published once, some days after it ends. What was published is kept, and page, chart and files say
that and nothing else, so that nobody can be found by comparing two of them, or one before and after something changed.
"""
