"""What is said about four weeks of visits: to a provider's finance staff and to a council's finance officers."""

from app.platform.messages.actions.sending import MessageTemplate

INVOICE_MADE = MessageTemplate(
    subject="Your last four weeks are added up",
    body=(
        "{council} has added up the visits of {provider} from {first} to {last}. Open the link to see each line, and what "
        "is kept back and why. Tell the council there if a line is not right."
    ),
)
"""Tells a provider's finance staff."""

LINE_QUERIED = MessageTemplate(
    subject="A provider asks about a line",
    body="{provider} says that a line of invoice {invoice} is not right. Open the link to read why and to answer.",
)
"""Tells a council's finance officers."""

QUERY_ANSWERED = MessageTemplate(
    subject="Your question about a line is answered",
    body="{council} has answered your question about a line of invoice {invoice}. Open the link to read it.",
)
"""Tells a provider's finance staff."""

REMITTANCE_MADE = MessageTemplate(
    subject="What will reach your bank",
    body=(
        "{council} has approved {invoices} of {provider}. Open the link to see what comes to your bank, line by line, under "
        "the name {remittance}. You can print it."
    ),
)
"""Tells a provider's finance staff."""

BANK_SENT_BACK = MessageTemplate(
    subject="The bank sent something back",
    body=(
        "The bank could not finish {remittance} from {council} to {provider}. It said: {reason}. Please check the bank "
        "details you gave, behind the link."
    ),
)
"""Tells a provider's finance staff."""

BANK_DETAILS_GIVEN = MessageTemplate(
    subject="Details of your organisation were changed",
    body=(
        "{who} gave the bank details of {provider}: {masked}. Each council checks them with you by telephone before it uses "
        "them. If you do not know of this, open the link, give the right ones, and tell the council at once."
    ),
)
"""Tells a provider's finance staff."""
