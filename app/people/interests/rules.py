"""Words about conflicts of interest, and what they leave."""

REASON_LONGEST = 1000
REASON_SHORTEST = 20
"""A written reason is a sentence at least."""

LEFT_TO_BROKER = ("see_plan", "suggest")
"""The powers a declared broker keeps: never money, so never booking, reviews or confirming visits either."""

WORKS_THERE = (
    "You work for a provider that this person uses, has asked or may be about to use. So you cannot also act for them. "
    "Somebody else can help them, or their council can agree in writing that you are their broker."
)
SELLS_TO_THEM = (
    "You work for this provider, so you cannot choose it for somebody else. They can choose it themselves, or somebody "
    "else who helps them can."
)
