"""Who works for a provider: invited by email, with what they may do, changed and removed by whoever manages its page.

Promises that a removal counts at once, that there is always somebody who manages, and that a council can help when there is
nobody left.
"""
