"""Files of people and first estimates that a council brings: looked at first, brought in by the worker, undone within a day.

Promise: every row is brought wholly or not at all, once however often the file is sent, and its fate is told.
"""
