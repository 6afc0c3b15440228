"""Publishing a rate when people have booked at the old one, and telling them.

Promises that whoever it touches is told before it holds, in pounds and in weeks of money.
"""
