"""What can be bought or joined, and at what published price.

A *listing* is one thing from one provider; a *rate card* is its published price from one day until the next card; an
*add-on* is something extra with its own price; a *quote* is the exact price of one visit, line by line. The promise: a
price once published is never edited, and the same function prices the page, the planner, the booking and the charge.
"""
