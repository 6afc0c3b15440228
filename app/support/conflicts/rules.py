"""When a person uses, has asked or is about to use a provider; from the design paper's *People decide*, rule 4.

* has asked: a request that waits for an answer, other times that were proposed, a plan to share that people answer, a
  fund the provider is asked to hold;
* uses: support that was agreed and is not over, visits of the last 13 weeks or to come, a place at a session of that
  time, an individual service fund that the provider holds;
* is about to use: something of the provider in the basket, suggested or taken, a place on a waiting list.

What was declined, called off, answered with “not now” or left more than 13 weeks ago is over. Looking at a listing, saving it or drawing a week
with it is none of these.
"""

from datetime import timedelta

LATELY = timedelta(weeks=13)
"""How long after a visit a provider still counts as one the person uses."""
