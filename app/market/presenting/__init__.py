"""Who a provider is, in its own words: how to reach it, hours, languages, what it does not do, marks and checks it states.

Promises that every change is kept with who made it, and that a mark or a check says by whom and until when.
"""
