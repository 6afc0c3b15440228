"""A person adds own money by card: credited exactly once, and never from a card that is declined."""

from playwright.sync_api import Page

from tests.browser.pages.accounts import signed_in
from tests.browser.pages.base import Screen
from tests.browser.pages.money import CardPage, Money


def card_page(page: Page, amount: str) -> tuple[CardPage, int]:
    """Sign in, and go to the card page; also the pence there were."""
    money = signed_in(page, "Peter Lindqvist").open("/money", Money)
    return money.add().of(amount), money_left(money)


def money_left(screen: Screen) -> int:
    """The pence left, looked up in another window so that the card page stays where it is."""
    window = screen.page.context.new_page()
    window.goto("/money")
    left = Money(window, is_checked=False).left
    window.close()
    return left


def test_a_card_payment_is_credited_exactly_once(page: Page) -> None:
    card, before = card_page(page, "25")
    pays_at = page.url
    done = card.pay("4242 4242 4242 4242")
    done.is_received()
    done.says("£25.00 was added to your own money")
    assert money_left(done) == before + 2500
    page.goto(pays_at)
    done.arrive(CardPage).says("This has been paid already.")
    assert money_left(done) == before + 2500
    statement = done.open("/money", Money).lines()
    assert "£25.00" in statement[0]
    assert "£25.00" not in statement[1]


def test_a_declined_card_takes_nothing_and_says_so(page: Page) -> None:
    card, before = card_page(page, "30")
    declined = card.is_declined("0002")
    declined.back().says("Nothing was paid")
    assert money_left(declined) == before
