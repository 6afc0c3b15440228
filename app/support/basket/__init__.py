"""What somebody put together to buy, before it is booked.

Promises that nothing in it is promised to anybody, and that it is priced anew each time it is shown.
"""
