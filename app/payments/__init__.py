"""Own money by card. Promises that a payment is credited exactly once, whatever order the news of it comes in."""
