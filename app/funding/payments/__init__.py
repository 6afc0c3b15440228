"""Card payments into somebody's own money.

A *top-up* is one wish to add own money by card. The card company's page takes the card; we never see its number. A
top-up is paid only when a signed event (or the card company itself, asked) says so, and is credited exactly once,
however often and in whatever order that is said.
"""
