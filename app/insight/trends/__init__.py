"""What a council's commissioners may see of what people buy: sums, never a person.

Every figure passes :func:`app.insight.trends.rules.publish` before it reaches a page, a chart or a file, so that all of them
say exactly the same, and nobody can be found by comparing them.
"""
