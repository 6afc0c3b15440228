"""What people in Quaybridge say afterwards: praise, grumbles and complaint, all of it invented."""

from app.shop.reviews.rules import Helped, ReviewPurpose

PURPOSES = {
    "care-at-home": ReviewPurpose.WASHING,
    "personal-assistant": ReviewPurpose.OUT,
    "companionship": ReviewPurpose.COMPANY,
    "home-help": ReviewPurpose.HOME,
    "gardening": ReviewPurpose.HOME,
    "supported-living": ReviewPurpose.HOME,
    "day-activities": ReviewPurpose.COMPANY,
    "work-and-learning": ReviewPurpose.LEARNING,
    "mental-health": ReviewPurpose.WELL,
    "meals": ReviewPurpose.HOME,
    "transport": ReviewPurpose.OUT,
    "night-support": ReviewPurpose.WELL,
    "respite": ReviewPurpose.BREAK,
}
"""What support of each kind was for."""
HELPED = {5: Helped.FULLY, 4: Helped.MOSTLY, 3: Helped.PARTLY, 2: Helped.PARTLY, 1: Helped.NOT_AT_ALL}
"""Whether it helped, by its score."""

OPENINGS: dict[int, tuple[str, ...]] = {
    5: (
        "I could not ask for better.",
        "From the first visit I felt at ease.",
        "They do what they say and a bit more.",
        "This has changed my week.",
        "My family noticed the difference before I did.",
        "Kind, on time and never in a rush.",
        "I was nervous to begin with and need not have been.",
        "Worth every penny.",
        "They remembered everything I told them.",
        "I have tried three others and this is the one.",
    ),
    4: (
        "Very good on the whole.",
        "I am pleased with this.",
        "Good people who know their work.",
        "Does what it says.",
        "Nearly always just right.",
        "I would choose them again.",
        "A good start and getting better.",
        "Friendly and fair.",
    ),
    3: (
        "All right, but not always the same.",
        "Some good days and some less good.",
        "The people are nice; the office is not.",
        "It does the job.",
        "Fair, though I expected more for the price.",
        "Good when it happens on time.",
    ),
    2: (
        "I was let down more than once.",
        "Not what I was promised.",
        "I would think twice.",
        "Too many different faces.",
        "The price crept up with little extras.",
    ),
    1: ("I stopped after three visits.", "I cannot recommend this.", "Nobody rang to say they were not coming."),
}
"""How a review begins, by its score."""

MIDDLES: dict[int, tuple[str, ...]] = {
    5: (
        "They came at the time I chose and stayed until everything was done.",
        "We laughed a great deal, which I had not done for a while.",
        "When my plans changed at short notice they found a way.",
        "She learned how I like things and wrote it down for the others.",
        "He explained the price before we began and it was exactly that.",
        "They asked what I wanted instead of telling me what I needed.",
        "The same two people every week, which matters more than anything.",
        "Everything was clean, tidy and locked when they left.",
        "They noticed I was not well before I did and rang my daughter.",
        "I was treated like a person and not a job.",
    ),
    4: (
        "Once they were twenty minutes late, but they rang to say so.",
        "The regular worker is excellent; the stand-in was still learning.",
        "It took a few weeks to find the right time of day.",
        "The bill was clear and matched what I was told.",
        "I would like a little more notice when the rota changes.",
        "Parking is hard, which is not their fault.",
        "The website says one thing and the phone another, but they put it right.",
        "It is not the cheapest, and I can see where the money goes.",
    ),
    3: (
        "Three different workers in one month is too many.",
        "Some visits felt hurried towards the end.",
        "They were late twice and only rang once.",
        "The lunch was cold by the time it reached us.",
        "When I asked for a change it took a fortnight.",
        "I paid for two hours and it felt like an hour and a half.",
    ),
    2: (
        "Two visits were missed and I had to ring to find out.",
        "The worker was on the phone more than I liked.",
        "I was charged for something I had not asked for, and it took a month to put right.",
        "They did not read the notes.",
        "I asked for somebody who speaks Punjabi and they forgot.",
    ),
    1: (
        "My mother waited with her coat on all morning.",
        "They sent somebody who had not been told she uses a hoist.",
        "I was promised a refund and had to ask three times.",
    ),
}
"""What happened, by score."""

ENDINGS: dict[int, tuple[str, ...]] = {
    5: (
        "Thank you.",
        "I have told all my friends.",
        "Long may it go on.",
        "I look forward to it.",
        "We shall stay.",
        "",
        "",
    ),
    4: ("I will carry on.", "Thank you.", "I would say yes to a friend.", "", ""),
    3: ("I will see how it goes.", "I have asked for a change.", "", ""),
    2: ("I am looking at others.", "I hope they read this.", ""),
    1: ("I have moved on.", ""),
}
"""How it ends, by score."""
