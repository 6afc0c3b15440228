"""What care managers do about each other's caseloads: cover while one is away, and looking over why somebody was opened.

Promise: the person reads who stands in and why somebody opened their page, and nobody looks over what they opened themselves.
"""
