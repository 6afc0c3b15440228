"""Card payments into somebody's own money.

A *top-up* is one wish to add own money by card. The card company's page takes the card; we never see its number. A
top-up is paid only when a signed event (or the card company itself, asked) says so, and is credited exactly once,
however often and in whatever order that is said. A *pay-back* is one wish to have unused own money back; a *claim* is what
the card company takes back by itself. Promises that no penny is paid twice, spent while it is on its way, or somebody else's.
"""
