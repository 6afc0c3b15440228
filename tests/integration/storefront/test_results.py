"""The page of results: what it says, what it costs, and that nothing typed can break it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.base.db import db, transaction
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.models import ListingArea
from app.market.catalogue.rules.rates import Unit
from app.market.search.actions import building
from app.people.councils.queries import locality_by_slug
from tests.factories import accounts, budgets, catalogue, councils, providers
from tests.queries import counted

ANY_TEXT = st.text(max_size=300)


@pytest.fixture
def shop(app):
    council = councils.council("millbrook", "Millbrook")
    councils.places(council)
    lot = councils.framework(council, ["meals"]).lots[0]
    kettle = providers.provider("Kettle & Crumb")
    providers.place(kettle, lot)
    dinners = catalogue.listing(
        kettle,
        "meals",
        council,
        title="Hot dinners",
        summary="Brought to your door, a meal from Kettle's kitchen",
        review_count=3,
        review_sum=27,
    )
    catalogue.card(dinners, 850)
    seller = providers.provider("Bob <b>Tables</b>")
    lunch = catalogue.listing(seller, "meals", title="Lunch & company", longitude=-2.4, latitude=53.35)
    with transaction():
        south = locality_by_slug(council.id, "south")
        db.session.add(ListingArea(listing_id=lunch.id, council_id=council.id, locality_id=south.id))
    catalogue.listing(
        kind="libraries", council=council, title="Fernley Library", is_free=True, address="Low Road, Fernley"
    )
    building.rebuild()
    return council


def words(element):
    return " ".join(element.get_text().split())


def cards(page):
    return [words(card.select_one("h2")) for card in page.select(".app-result")]


def test_a_result_says_what_who_how_much_where_and_how_good(client, shop):
    page = client.page("/search?q=dinner&council=millbrook")
    assert words(page.h1) == "2 results for “dinner”"
    first = page.select_one(".app-result")
    assert first.select_one("h2 a")["href"].startswith("/listings/")
    text = words(first)
    for said in (
        "Hot dinners",
        "Kettle & Crumb",
        "Across Millbrook",
        "£8.50 an hour",
        "4.5",
        "3 reviews",
        "On Millbrook’s framework",
    ):
        assert said in text
    assert [mark.get_text() for mark in page.select(".app-result mark")] == ["meal"]


def test_words_asked_for_are_marked_and_nothing_typed_becomes_code(client, shop):
    page = client.page("/search?q=meal+<script>alert(1)</script>")
    assert [mark.get_text() for mark in page.select("mark")] == ["meal"]
    assert page.select("main script") == []
    assert page.select_one("#q")["value"] == "meal <script>alert(1)</script>"


def test_filters_carry_counts_and_are_let_go_one_by_one(client, shop):
    page = client.page("/search?council=millbrook&q=meals&kind=meals&locality=south&framework=no")
    assert cards(page) == ["Lunch & company"]
    labels = [words(label) for label in page.select(".app-filters label")]
    for said in ("Meals 1", "North 0", "South 1", "On the framework 1", "Not on the framework 1"):
        assert said in labels
    chosen = {words(chip): chip["href"] for chip in page.select(".app-chip")}
    assert list(chosen) == ["Remove filter: Meals ×", "Remove filter: South ×", "Remove filter: Not on the framework ×"]
    page = client.page(chosen["Remove filter: Not on the framework ×"])
    assert sorted(cards(page)) == ["Hot dinners", "Lunch & company"]


def test_filters_are_applied_by_a_button_and_keep_the_words(client, shop):
    response = client.submit("/search?council=millbrook&q=meals&near=fernley", button="Apply", framework="yes")
    assert response.request.args.get("q") == "meals"
    assert response.request.args.get("near") == "fernley"
    assert "1 result for “meals” near Fernley" in response.get_data(as_text=True)


def test_near_a_place_says_how_far_and_finds_the_council(client, shop):
    page = client.page("/search?q=lunch&near=qx2+1aa&sort=nearest")
    assert words(page.h1).endswith("near QX2 1AA")
    assert "0.0 miles" in words(page.select_one(".app-result"))
    assert "Checked by Millbrook" in words(page.select_one(".app-filters"))
    assert "Within 1 mile 1" in words(page.select_one(".app-filters"))
    page = client.page("/search?near=nowhere+at+all")
    assert "We do not know the place “nowhere at all”" in words(page.main)


def test_a_misspelt_word_is_mended_and_the_first_can_be_asked_for(client, shop):
    page = client.page("/search?q=libary")
    assert "Showing results for library." in words(page.main)
    link = next(a for a in page.select("a") if words(a) == "Search instead for libary")
    assert words(client.page(link["href"]).h1) == "0 results for “libary”"


def test_nothing_found_says_how_it_was_read_what_to_let_go_and_what_is_close(client, shop):
    page = client.page("/search?council=millbrook&q=library&kind=meals")
    assert words(page.h1) == "0 results for “library”"
    assert "We looked for library." in words(page.main)
    assert "We took it to mean: Libraries." in words(page.main)
    assert [words(one) for one in page.select(".app-panel li")] == [
        "the kind of support (1 result)",
        "the words you typed (2 results)",
    ]
    kind, typed = page.select(".app-panel li a")
    assert cards(client.page(kind["href"])) == ["Fernley Library"]
    assert sorted(cards(client.page(typed["href"]))) == ["Hot dinners", "Lunch & company"]
    assert [words(one) for one in page.select("main h2.govuk-heading-m")] == [
        "Nothing matches all of that",
        "Close to what you looked for",
        "Open to everybody",
    ]
    assert sorted(cards(page)) == ["Fernley Library", "Hot dinners", "Lunch & company"]


def test_nothing_found_offers_more_than_one_filter_at_once_and_forgiving_spelling(client, shop):
    address = "/search?council=millbrook&q=dinners&nature=community&kind=telecare"
    page = client.page(address)
    (link,) = [one for one in page.select(".app-panel li a") if words(one) == "every filter"]
    assert cards(client.page(link["href"])) == ["Hot dinners", "Lunch & company"]
    page = client.page("/search?council=millbrook&q=libary&exact=1")
    (link,) = page.select(".app-panel li a")
    assert words(link) == "your own spelling"
    assert cards(client.page(link["href"])) == ["Fernley Library"]


def test_values_nobody_knows_are_left_out_and_said(client, shop):
    names = "group kind locality within framework per rated regulator day time age need language nature cost open sort"
    page = client.page("/search?council=millbrook&least=x&most=-1&" + "&".join(f"{name}=zz" for name in names.split()))
    assert words(page.h1) == "3 results in Millbrook"
    assert [words(notice) for notice in page.select(".govuk-inset-text")] == [
        f"We do not know that {called}, so we left it out."
        for called in (
            "kind of support",
            "area",
            "rating of the regulator",
            "day",
            "time of day",
            "age group",
            "need",
            "language",
            "sort of support",
            "answer about what is free",
            "distance",
            "answer about the framework",
            "way of paying",
            "rating",
            "answer about new people",
            "order",
        )
    ] + ["We do not understand that price, so we left it out. Write it like 27 or 27.50."]
    assert page.select(".app-chip") == []


def test_what_is_known_beside_what_is_not_is_kept(client, shop):
    page = client.page("/search?council=millbrook&kind=zz&kind=meals&kind=meals&day=9&within=5")
    assert sorted(cards(page)) == ["Hot dinners", "Lunch & company"]
    assert [words(chip) for chip in page.select(".app-chip")] == ["Remove filter: Meals ×"]
    assert "Say where you are to choose how far away things may be." in words(page.main)


@pytest.fixture
def week(shop):
    """Two who come at weekends, one of them dearer then, and one who comes on weekdays."""
    facts = {"kind": "home-help", "council": shop, "languages": ["Urdu"], "needs": ["Dementia"]}
    fair = catalogue.listing(title="Fair cleaning", days=[5, 6, 7], times=["morning"], **facts)
    catalogue.card(fair, 1900, bank_holiday_pence=3800)
    dear = catalogue.listing(title="Dear cleaning", days=[5, 6, 7], times=["evening"], **facts)
    catalogue.card(dear, 1800, saturday_pence=2200, sunday_pence=2600)
    half = catalogue.listing(title="Half-hour cleaning", days=[1, 2], can_take_new_people=False, age_from=65, **facts)
    catalogue.card(half, 1000, unit=Unit.HALF_HOUR)
    building.rebuild()
    return shop


def prices(page):
    return [words(price) for price in page.select(".app-result__price")]


def test_the_price_is_that_of_the_days_chosen_and_half_hours_compare_as_hours(client, week):
    page = client.page("/search?kind=home-help&sort=price&per=hour")
    assert cards(page) == ["Dear cleaning", "Fair cleaning", "Half-hour cleaning"]
    assert prices(page) == ["from £18.00 an hour", "from £19.00 an hour", "£10.00 a half hour"]
    assert "Here from £18.00 to £20.00." in words(page.main)
    page = client.page("/search?kind=home-help&sort=price&day=7&day=6")
    assert cards(page) == ["Fair cleaning", "Dear cleaning"]
    assert prices(page) == ["£19.00 an hour on Saturdays", "£22.00 an hour on Saturdays £26.00 on Sundays"]
    assert sorted(cards(client.page("/search?kind=home-help&most=20"))) == [
        "Dear cleaning",
        "Fair cleaning",
        "Half-hour cleaning",
    ]
    assert cards(client.page("/search?kind=home-help&day=7&least=26&most=20")) == ["Dear cleaning"]


def test_the_price_is_that_of_ones_own_money_and_of_the_time_chosen(client, shop):
    listing = catalogue.listing(title="Evening help", kind="home-help", council=shop, days=[1, 6], times=["evening"])
    catalogue.card(
        listing,
        2000,
        saturday_pence=2200,
        bands=[{"name": "evening", "starts": 1080, "ends": 1320, "pence": [2500, 2700, 2500, 2500]}],
        buyers={"self_funded": [2100, 2300, 2100, 2100], "council_arranged": [1800, 2000, 1800, 1800]},
    )
    building.rebuild()
    find = "/search?kind=home-help"
    # Nobody knows on which day and at what time: the lowest of a self-funder's. Whose money pays is not guessed either.
    assert prices(client.page(find)) == ["from £21.00 an hour"]
    assert prices(client.page(f"{find}&time=evening")) == ["from £26.00 an hour in the evening"]
    assert prices(client.page(f"{find}&time=evening&day=6&day=1")) == [
        "£26.00 an hour on weekday evenings £28.00 on Saturday evenings"
    ]
    person = accounts.person(council_id=shop.id)
    accounts.sign_in(client, person)
    for kind, lowest, evening in ((None, "£21.00", "£28.00"), (PotKind.COUNCIL_MANAGED, "£18.00", "£25.00")):
        if kind is not None:
            budgets.pot(person, kind, 100)
        assert prices(client.page(find)) == [f"from {lowest} an hour"]
        page = client.page(f"{find}&time=evening&day=6")
        assert prices(page) == [f"{evening} an hour on Saturday evenings"]
        own = client.page(page.select_one(".app-result h2 a")["href"])
        assert words(own.select_one(".app-price")) == f"{evening} an hour on Saturday evenings"
    assert "You pay the price arranged by the council." in words(own.main)
    provider = client.page(f"/providers/{listing.provider.public_id}")
    assert words(provider.select_one(".app-price")) == "from £18.00 an hour"
    # An hour and a half at £18.00, as the council pays, and from 6pm at £23.00.
    assert [words(one).rpartition(" ")[2] for one in own.select(".app-panel-soft caption")] == [
        "£27.00",
        "£27.00",
        "£27.00",
        "£34.50",
    ]


def test_somebody_signed_out_sees_what_a_self_funder_pays_on_every_page(client, shop):
    """Results, their order and filter, the listing, its provider, the comparison and a week: never another buyer's price."""
    apart = catalogue.listing(title="Apart help", kind="home-help", council=shop)
    catalogue.card(
        apart, 2000, buyers={"self_funded": [2600] * 4, "council_arranged": [1800] * 4, "direct_payment": [1700] * 4}
    )
    plain = catalogue.listing(title="Plain help", kind="home-help", council=shop)
    catalogue.card(plain, 2400)
    building.rebuild()
    find = "/search?kind=home-help&per=hour"
    page = client.page(f"{find}&sort=price")
    told = dict(zip(cards(page), prices(page), strict=True))
    assert (told["Apart help"], told["Plain help"]) == ("£26.00 an hour", "£24.00 an hour")
    assert cards(page).index("Plain help") < cards(page).index("Apart help")
    assert "Apart help" not in cards(client.page(f"{find}&most=25"))
    assert "Apart help" in cards(client.page(f"{find}&least=26&most=26"))
    own = client.page(f"/listings/{apart.public_id}")
    assert words(own.select_one(".app-price")) == "£26.00 an hour"
    # An hour and a half.
    assert words(own.select_one(".app-panel-soft caption")).endswith("£39.00")
    assert "The price and the examples are those with your own money." in words(own.main)
    assert words(client.page(f"/providers/{apart.provider.public_id}").select_one(".app-price")) == "£26.00 an hour"
    both = client.page(f"/compare?listing={apart.public_id}&listing={plain.public_id}&week=1_0800_60")
    assert "£26.00" in words(both.main)
    assert "£20.00" not in words(both.main)
    week = client.page(f"/week?week=1_0800_60_home-help_{apart.public_id}")
    assert "£26.00" in words(week.main)


def test_every_filter_of_a_listing_finds_it_and_says_so(client, week):
    every = (
        "group=house&kind=home-help&locality=north&framework=no&nature=service&per=hour&least=10&most=20&day=1"
        "&age=older&need=dementia&language=urdu&cost=paid"
    )
    page = client.page(f"/search?council=millbrook&{every}")
    assert cards(page) == ["Half-hour cleaning"]
    assert "Not taking new people now" in words(page.select_one(".app-result"))
    assert [words(chip).removeprefix("Remove filter: ") for chip in page.select(".app-chip")] == [
        "Help round the house ×",
        "North ×",
        "On Monday ×",
        "Older people, 65 and over ×",
        "Dementia ×",
        "Urdu ×",
        "Services ×",
        "Paid for ×",
        "Not on the framework ×",
        "£10 to £20 an hour ×",
    ]
    for chip in page.select(".app-chip"):
        assert "Half-hour cleaning" in cards(client.page(chip["href"]))
    clear = next(a for a in page.select("a") if words(a) == "Remove all filters")
    assert clear["href"] == "/search?council=millbrook"
    page = client.page(f"/search?council=millbrook&{every}&open=yes&time=morning")
    assert "Fernley Library" in cards(page)
    assert words(page.h1) == "0 results in Millbrook"


def test_a_price_that_is_no_price_asks_for_no_price(client, week):
    page = client.page("/search?kind=home-help&least=27.5&most=1e3")
    assert len(cards(page)) == 3
    assert page.select_one("#least")["value"] == ""


@pytest.mark.parametrize("number", ["2", "99", "0", "-1", "x", "99999999999", "٢"])
def test_a_page_past_the_end_is_not_there_and_says_the_way_back(client, shop, number):
    page = client.page(f"/search?q=meals&page={number}", status=404)
    assert words(page.h1) == "There is no such page of results"
    assert page.select_one("main a")["href"] == "/search?q=meals"


def test_a_long_list_is_paged(client, shop):
    for number in range(21):
        catalogue.listing(kind="transport", title=f"Taxi {number}", council=shop)
    building.rebuild()
    first, second = client.page("/search?q=taxi"), client.page("/search?q=taxi&page=2")
    assert (len(cards(first)), len(cards(second))) == (20, 1)
    assert set(cards(first)).isdisjoint(cards(second))
    assert "Showing 21 to 21 of 21" in words(second.main)
    assert first.select_one('a[rel="next"]')["href"].endswith("q=taxi&page=2")


@pytest.mark.parametrize(
    "typed",
    [
        "*",
        '"',
        '"""" AND (',
        "a" * 10_000,
        "%00%01%1b%7f",
        "%F0%9F%99%82",
        "NOT NOT NOT",
        "..%2F..%2Fetc",
        "%ff%fe",
        "['x']",
    ],
)
def test_anything_typed_gives_a_page(client, shop, typed):
    client.page(f"/search?q={typed}&near={typed[:500]}&kind={typed[:500]}&locality={typed[:500]}")


@pytest.mark.parametrize(
    "value", ["%00", "%ED%A0%80", "%C3%28", "%22%22%22", "%F0%9F%99%82" * 50, "9" * 400, "%E2%80%AE", "-1", "1e999"]
)
def test_no_part_of_an_address_can_break_a_page(client, shop, value):
    names = [
        "q",
        "near",
        "group",
        "kind",
        "locality",
        "nature",
        "framework",
        "cost",
        "within",
        "per",
        "least",
        "most",
        "rated",
        "regulator",
        "day",
        "time",
        "age",
        "need",
    ]
    every = "&".join(f"{name}={value}" for name in [*names, "language", "open", "sort", "exact", "council", "unknown"])
    client.page(f"/search?{every}")
    for name in names:
        client.page(f"/search?council=millbrook&{name}={value}")
    client.page(f"/search?page={value}", status=404)


def test_what_is_too_long_is_cut_and_said(client, shop):
    page = client.page("/search?q=" + "library+" * 1250)
    assert "We searched for the first 200 characters of what you typed." in words(page.main)
    assert len(page.select_one("#q")["value"]) == 200


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=40)
@given(q=ANY_TEXT, near=ANY_TEXT, kind=ANY_TEXT)
def test_fuzz(client, shop, q, near, kind):
    response = client.get("/search", query_string={"q": q, "near": near, "kind": kind, "council": "millbrook"})
    assert response.status_code == 200


def test_a_page_of_twenty_asks_little_of_the_database_whoever_looks(client, shop):
    for number in range(30):
        listing = catalogue.listing(
            kind="transport", title=f"Taxi {number} to Fernley", council=shop, address="Fernley"
        )
        catalogue.card(listing)
    building.rebuild()
    person = accounts.person(council_id=shop.id)
    client.page("/search?council=millbrook")
    with counted() as statements:
        client.page("/search?q=taxi+fernley&near=qx1+1aa")
    assert len(statements) <= 5
    accounts.sign_in(client, person)
    with counted() as statements:
        client.page("/search?q=taxi+fernley")
    assert len(statements) <= 12


def test_without_an_index_the_page_says_so_and_answers(client, app):
    catalogue.listing(title="Hot dinners", kind="meals")
    page = client.page("/search?q=dinner")
    assert "Our search is being put in order." in words(page.main)
    assert cards(page) == ["Hot dinners"]


def chips_of(page):
    return {
        words(chip).removeprefix("Remove filter: ").removesuffix(" ×"): chip["href"]
        for chip in page.select(".app-chip")
    }


def test_what_was_said_is_a_filter_in_sight_that_one_press_takes_off(client, shop):
    page = client.page("/search?q=dinner+under+£9+an+hour&council=millbrook")
    assert cards(page) == ["Hot dinners"]
    chips = chips_of(page)
    assert list(chips) == ["Up to £9 an hour"]
    assert page.select_one("input#q")["value"] == "dinner under £9 an hour"
    off = client.page(chips["Up to £9 an hour"])
    assert (chips_of(off), cards(off)) == ({}, ["Hot dinners", "Lunch & company"])
    form = off.select_one("form:has(input[name=read])")
    assert form.select_one("input[name=read]")["value"] == "1"
    # Asked anew from the box it is said again.
    assert list(chips_of(client.page("/search?q=dinner+under+£8.75+an+hour&council=millbrook"))) == [
        "Up to £8.75 an hour"
    ]


def test_a_filter_of_the_address_stays_when_the_words_say_another(client, shop):
    page = client.page("/search?q=dinner+under+£9+an+hour&per=hour&most=20&council=millbrook")
    assert list(chips_of(page)) == ["Up to £20 an hour"]


def test_what_was_said_and_leaves_nothing_is_left_out_in_sight(client, shop):
    page = client.page("/search?q=dinner+under+£2+an+hour+on+sunday&council=millbrook")
    assert cards(page) == ["Hot dinners", "Lunch & company"]
    assert "We found nothing with this: On Sunday, Up to £2 an hour. We left it out." in words(page)
    assert chips_of(page) == {}
    # What somebody ticked is never let go.
    kept = client.page("/search?q=dinner&per=hour&most=2&council=millbrook")
    assert words(kept.h1) == "0 results for “dinner”"


def test_what_is_not_wanted_is_said_and_comes_back_by_one_press(client, shop):
    page = client.page("/search?q=lunch+not+library&council=millbrook")
    assert chips_of(page) == {"Not library": "/search?q=lunch&council=millbrook"}
    assert "Fernley Library" not in cards(page)


def test_what_nobody_can_answer_is_told(client, shop):
    page = client.page("/search?q=female+carer&council=millbrook")
    assert "Providers do not say here whether a woman or a man comes." in words(page)


def test_what_nothing_on_offer_mentions_is_said_above_what_comes_nearest(client, shop):
    page = client.page("/search?q=commode+dinner&council=millbrook")
    assert "Nothing on offer here mentions “commode”. What you see comes nearest." in words(page)
    assert "Nothing on offer here" not in words(client.page("/search?q=my+posh+dinner&council=millbrook"))
    assert "Nothing on offer here" not in words(client.page("/search?q=dinner&council=millbrook"))
