"""The rooms people can walk into, and those with a group of ``flask`` commands. A new room is added here."""

from app.demo import commands as demo_commands
from app.funding.budgets import commands as budgets_commands
from app.funding.budgets import views as budgets_views
from app.funding.payments import commands as payments_commands
from app.funding.payments import views as payments_views
from app.insight.trends import views as trends_views
from app.market.catalogue import views as catalogue_views
from app.market.providers import views as providers_views
from app.market.registers import commands as registers_commands
from app.market.search import commands as search_commands
from app.market.search import views as search_views
from app.people.accounts import commands as accounts_commands
from app.people.accounts import views as accounts_views
from app.people.circles import views as circles_views
from app.people.councils import commands as councils_commands
from app.people.councils import views as councils_views
from app.platform.audit import views as audit_views
from app.platform.ledger import commands as ledger_commands
from app.platform.messages import commands as messages_commands
from app.platform.messages import views as messages_views
from app.shop.pages import views as pages_views
from app.shop.reviews import views as reviews_views
from app.shop.storefront import views as storefront_views
from app.shop.webhooks import views as webhooks_views
from app.support.availability import views as availability_views
from app.support.basket import views as basket_views
from app.support.booking_journey import views as booking_journey_views
from app.support.bookings import views as bookings_views
from app.support.calendars import views as calendars_views
from app.support.changing_provider import views as changing_provider_views
from app.support.conflicts import commands as conflicts_commands
from app.support.conflicts import views as conflicts_views
from app.support.conversations import views as conversations_views
from app.support.desk import commands as desk_commands
from app.support.desk import views as desk_views
from app.support.price_rises import views as price_rises_views
from app.support.repeating import views as repeating_views
from app.support.sessions import views as sessions_views
from app.support.sharing import views as sharing_views
from app.support.visits import views as visits_views

PAGES = (
    trends_views,
    pages_views,
    reviews_views,
    storefront_views,
    webhooks_views,
    availability_views,
    basket_views,
    booking_journey_views,
    bookings_views,
    calendars_views,
    conflicts_views,
    changing_provider_views,
    conversations_views,
    desk_views,
    price_rises_views,
    repeating_views,
    sessions_views,
    sharing_views,
    visits_views,
    budgets_views,
    payments_views,
    catalogue_views,
    providers_views,
    search_views,
    accounts_views,
    circles_views,
    councils_views,
    audit_views,
    messages_views,
)
"""Each has a blueprint."""

COMMANDS = (
    demo_commands.group,
    conflicts_commands.group,
    desk_commands.group,
    budgets_commands.group,
    payments_commands.group,
    registers_commands.providers,
    registers_commands.group,
    search_commands.group,
    accounts_commands.group,
    councils_commands.group,
    ledger_commands.group,
    messages_commands.group,
)
"""The groups of ``flask <room> ...`` commands."""
