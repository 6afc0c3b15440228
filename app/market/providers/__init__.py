"""Organisations that sell: what public registers say of them, their places on frameworks, who speaks for them.

Promises that framework status is a fact about a provider, a council, a lot and a day, and never a flag; and that a
register's import never overwrites words a claimed provider wrote.
"""
