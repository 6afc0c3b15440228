"""What a person uses, has asked or is about to use, and the conflicts of interest with whoever helps them.

Promises that both are told when a power begins to rest and when it holds again, and that a council's exception has a reason.
"""
