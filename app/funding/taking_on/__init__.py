"""People come to a council: found once, asked, and theirs only once they say so; one at a time or from a file.

Promise: which council pays is what the person and the councils agreed, and never what a postcode says; nobody is there twice
without it being seen.
"""
