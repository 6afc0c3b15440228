"""The rooms people can walk into, those with a group of ``flask`` commands, and the jobs. A new one is added here."""

from datetime import timedelta

from app.demo import commands as demo_commands
from app.funding.agents import views as agents_views
from app.funding.agreeing import views as agreeing_views
from app.funding.budgets import commands as budgets_commands
from app.funding.budgets import views as budgets_views
from app.funding.budgets.actions import releasing as budgets_releasing
from app.funding.choosing import views as choosing_views
from app.funding.corrections import views as corrections_views
from app.funding.council_rules import views as council_rules_views
from app.funding.payments import actions as payments_actions
from app.funding.payments import commands as payments_commands
from app.funding.payments import views as payments_views
from app.funding.spent_elsewhere import views as spent_elsewhere_views
from app.funding.taking_on import commands as taking_on_commands
from app.funding.taking_on import views as taking_on_views
from app.insight.trends import actions as trends_actions
from app.insight.trends import commands as trends_commands
from app.insight.trends import views as trends_views
from app.market.catalogue import views as catalogue_views
from app.market.frameworks import commands as frameworks_commands
from app.market.frameworks import views as frameworks_views
from app.market.joining import views as joining_views
from app.market.presenting import views as presenting_views
from app.market.provider_staff import views as provider_staff_views
from app.market.providers import views as providers_views
from app.market.registers import commands as registers_commands
from app.market.search import commands as search_commands
from app.market.search import views as search_views
from app.people.accounts import commands as accounts_commands
from app.people.accounts import views as accounts_views
from app.people.caseloads import views as caseloads_views
from app.people.circles import views as circles_views
from app.people.councils import commands as councils_commands
from app.people.councils import views as councils_views
from app.people.homes import commands as homes_commands
from app.people.homes import views as homes_views
from app.people.staff import commands as staff_commands
from app.people.staff import views as staff_views
from app.platform.audit import commands as audit_commands
from app.platform.audit import views as audit_views
from app.platform.files import actions as files_actions
from app.platform.files import commands as files_commands
from app.platform.jobs import commands as jobs_commands
from app.platform.jobs.rules import Job
from app.platform.ledger import commands as ledger_commands
from app.platform.ledger.actions import expiring as ledger_expiring
from app.platform.messages import commands as messages_commands
from app.platform.messages import views as messages_views
from app.platform.messages.actions import sending as messages_sending
from app.platform.unsent import actions as unsent_actions
from app.platform.unsent import commands as unsent_commands
from app.shop.council_desk import views as council_desk_views
from app.shop.pages import views as pages_views
from app.shop.reviews import commands as reviews_commands
from app.shop.reviews import views as reviews_views
from app.shop.reviews.actions import counting as reviews_counting
from app.shop.reviews.actions import publishing as reviews_publishing
from app.shop.sitemaps import views as sitemaps_views
from app.shop.storefront import views as storefront_views
from app.shop.webhooks import views as webhooks_views
from app.support.availability import views as availability_views
from app.support.basket import views as basket_views
from app.support.booking_journey import views as booking_journey_views
from app.support.bookings import views as bookings_views
from app.support.calendars import views as calendars_views
from app.support.changing_provider import views as changing_provider_views
from app.support.conflicts import actions as conflicts_actions
from app.support.conflicts import commands as conflicts_commands
from app.support.conflicts import views as conflicts_views
from app.support.conversations import views as conversations_views
from app.support.desk import actions as desk_actions
from app.support.desk import commands as desk_commands
from app.support.desk import views as desk_views
from app.support.framework_use import actions as framework_use_actions
from app.support.framework_use import commands as framework_use_commands
from app.support.framework_use import views as framework_use_views
from app.support.leaving import views as leaving_views
from app.support.price_rises import views as price_rises_views
from app.support.repeating import commands as repeating_commands
from app.support.repeating import views as repeating_views
from app.support.sessions import views as sessions_views
from app.support.settlement import commands as settlement_commands
from app.support.settlement import views as settlement_views
from app.support.settlement.actions import running as settlement_running
from app.support.settlement.queries import checking as settlement_checking
from app.support.sharing import views as sharing_views
from app.support.suspending import actions as suspending_actions
from app.support.suspending import commands as suspending_commands
from app.support.suspending import views as suspending_views
from app.support.visits import commands as visits_commands
from app.support.visits import views as visits_views

PAGES = (
    trends_views,
    council_desk_views,
    pages_views,
    reviews_views,
    sitemaps_views,
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
    framework_use_views,
    leaving_views,
    price_rises_views,
    repeating_views,
    sessions_views,
    settlement_views,
    sharing_views,
    suspending_views,
    visits_views,
    agreeing_views,
    budgets_views,
    agents_views,
    choosing_views,
    spent_elsewhere_views,
    taking_on_views,
    council_rules_views,
    corrections_views,
    payments_views,
    catalogue_views,
    joining_views,
    presenting_views,
    provider_staff_views,
    frameworks_views,
    providers_views,
    search_views,
    accounts_views,
    caseloads_views,
    circles_views,
    homes_views,
    councils_views,
    staff_views,
    audit_views,
    messages_views,
)
"""Each has a blueprint."""

COMMANDS = (
    demo_commands.group,
    trends_commands.group,
    conflicts_commands.group,
    desk_commands.group,
    visits_commands.group,
    budgets_commands.group,
    payments_commands.group,
    registers_commands.providers,
    suspending_commands.group,
    frameworks_commands.group,
    framework_use_commands.group,
    registers_commands.group,
    search_commands.group,
    accounts_commands.group,
    taking_on_commands.group,
    audit_commands.group,
    repeating_commands.group,
    councils_commands.group,
    files_commands.group,
    staff_commands.group,
    homes_commands.group,
    jobs_commands.group,
    ledger_commands.group,
    settlement_commands.group,
    messages_commands.group,
    reviews_commands.group,
    unsent_commands.group,
)
"""The groups of ``flask <room> ...`` commands."""

JOBS = (
    Job(
        "bookings-ask",
        timedelta(hours=1),
        desk_actions.ask_about_silent_visits,
        "Both sides are asked about a visit that is two days over and that nobody recorded.",
    ),
    Job(
        "bookings-confirm",
        timedelta(minutes=15),
        desk_actions.confirm_visits_due,
        "Visits that repeat are made once their money has come.",
    ),
    Job(
        "bookings-end-share-plans",
        timedelta(minutes=15),
        desk_actions.end_late_share_plans,
        "Plans to share that were not answered in time end.",
    ),
    Job(
        "bookings-forget-files",
        timedelta(hours=6),
        desk_actions.forget_files,
        "A file of visits that was looked at and never taken in is forgotten after a week.",
    ),
    Job(
        "bookings-lapse",
        timedelta(minutes=5),
        desk_actions.lapse_unanswered,
        "What nobody answered in time ends, its money goes back, and kept places are passed on.",
    ),
    Job(
        "bookings-tell-unconfirmed",
        timedelta(minutes=1),
        desk_actions.tell_of_unconfirmed_visits,
        "Within the hour the provider, then those beside the person, know of a visit at home that may be missed.",
    ),
    Job(
        "budgets-release",
        timedelta(minutes=15),
        budgets_releasing.release_what_is_due,
        "A period's money is there soon after its first day begins, and ended periods are settled.",
    ),
    Job(
        "conflicts-note",
        timedelta(minutes=1),
        conflicts_actions.note_conflicts_due,
        "Both people are told within minutes when help begins or ends to rest because of a conflict of interest.",
    ),
    Job(
        "files-sweep",
        timedelta(hours=6),
        files_actions.sweep,
        "A file whose form was never sent is gone a day later, and nothing lies about that nobody knows of.",
    ),
    Job(
        "frameworks-tell-endings",
        timedelta(minutes=1),
        framework_use_actions.tell_of_endings,
        "Everybody concerned is told that a provider's place on a framework ends, also where telling was cut short.",
    ),
    Job(
        "ledger-expire",
        timedelta(minutes=1),
        ledger_expiring.expire_holds,
        "Money set aside for a while is free again when that is over.",
    ),
    Job(
        "messages-send-waiting",
        timedelta(minutes=1),
        messages_sending.send_again,
        "A letter that could not be sent is tried again, after growing pauses.",
    ),
    Job(
        "payments-reconcile",
        timedelta(minutes=15),
        payments_actions.reconcile,
        "A card payment of which nothing was heard is asked about.",
    ),
    Job(
        "providers-tell-suspensions",
        timedelta(minutes=1),
        suspending_actions.tell_untold,
        "Everybody concerned is told of a suspension and of its end, also where telling was cut short.",
    ),
    Job(
        "reviews-leave-out-old",
        timedelta(hours=1),
        reviews_counting.leave_out_what_grew_old,
        "Averages count the reviews of the last 24 months and no others.",
    ),
    Job(
        "reviews-publish",
        timedelta(minutes=15),
        reviews_publishing.publish_due,
        "A review is shown soon after the provider had its week to answer, good or bad.",
    ),
    Job(
        "settlement-run",
        timedelta(hours=1),
        settlement_running.run_settlement,
        "When four weeks are over, each provider's invoice for them is made, once, and late starts are caught up.",
    ),
    Job(
        "trends-publish",
        timedelta(hours=1),
        trends_actions.publish_periods,
        "Figures of four weeks are published once, some days after these end, and stay as they were.",
    ),
    Job(
        "unsent-forget",
        timedelta(hours=1),
        unsent_actions.forget_old,
        "What somebody could not send, and did not come back for, is forgotten.",
    ),
)
"""What is due by itself. Each is a sweep that may be run twice, beside itself and after days off; a worker runs it."""

CHECKS = (settlement_checking.settlement_differences,)
"""What ``flask ledger check`` asks besides: each says, in words, what does not agree with the ledger."""
