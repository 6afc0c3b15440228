"""Suspending a provider for a council's people: who is touched, who is told, and ending it again.

Promise: nothing already agreed is cancelled or changed by it, and nobody with an agreed visit is left to find out alone.
"""
