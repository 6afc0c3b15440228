"""A council's rules set from the site: what each means, its history, whom it touches, and a second person's yes.

Promise: nobody alone changes a rule that moves money, and a period that runs keeps the rule it began with.
"""
