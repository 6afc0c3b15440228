"""A table of prices worked out by hand: bands, clock changes, short visits, buyers, add-ons with conditions, VAT.

Each row says a card, a visit and every line as ``day and band: minutes x rate = pence``. Tuesday is 10 March 2026,
Good Friday 3 April; clocks go forward on 29 March and back on 25 October. See also ``test_quote_examples.py``.
"""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.base.money import Money
from app.market.catalogue.rules.cards import Amounts, Band, Card, Extra, LengthBand
from app.market.catalogue.rules.quote import QuoteLine, quote
from app.market.catalogue.rules.rates import AddOnBasis, BandName, Buyer, Unit, Vat, When
from app.market.catalogue.rules.tariffs import ChargeOf

LONDON = ZoneInfo("Europe/London")
HOLIDAYS = frozenset({date(2026, 4, 3), date(2026, 4, 6)})
DAY = Card(date(2026, 1, 1), Unit.HOUR, 2750, 3000, 3300, 5500)
EVENING = Band(BandName.EVENING, 18 * 60, 22 * 60, Amounts(3000, 3250, 3500, 6000))
NIGHT = Band(BandName.NIGHT, 22 * 60, 7 * 60, Amounts(3400, 3600, 3800, 6600))
BANDS = replace(DAY, bands=(EVENING, NIGHT))
SMALL_HOURS = replace(DAY, bands=(replace(NIGHT, starts=90, ends=5 * 60),))
SHORT = replace(BANDS, length_bands=(LengthBand(15, 600), LengthBand(30, 250)))
BUYERS = replace(
    BANDS,
    buyers=(
        (Buyer.SELF_FUNDED, Amounts(2900, 3150, 3450, 5700)),
        (Buyer.COUNCIL_ARRANGED, Amounts(2600, 2850, 3150, 5200)),
    ),
    length_bands=(LengthBand(15, 600),),
)
SESSION = replace(
    BANDS, unit=Unit.SESSION, weekday_pence=1200, bands=(replace(EVENING, amounts=Amounts(1500, 1500, 1500, 1500)),)
)
MILES = Extra("miles", "Driving you", AddOnBasis.PER_MILE, 45)
HOIST = Extra("hoist", "Hoist", AddOnBasis.PER_HOUR, 400, when=When.WEEKENDS)
FEAST = Extra("feast", "Feast day", AddOnBasis.PER_VISIT, 1000, is_required=True, when=When.BANK_HOLIDAYS)
LATE = Extra("late", "Late taxi", AddOnBasis.PER_HOUR, 300, when=When.OUT_OF_HOURS)
SECOND = Extra("second", "Second worker", AddOnBasis.PER_HOUR, 2000)
MATS = Extra("mats", "Slide sheets", AddOnBasis.PER_VISIT, 150, only_with="Second worker")
CHECK = Extra("check", "Two-person check", AddOnBasis.PER_VISIT, 200, is_required=True, only_with="Second worker")
SET_UP = Extra("set-up", "Setting up", AddOnBasis.ONCE, 4000, is_required=True)
EXTRAS = replace(BANDS, add_ons=(MILES, HOIST, LATE, SECOND, MATS))
COMPULSORY = replace(BANDS, add_ons=(FEAST, SECOND, CHECK, SET_UP))

# name | card | from | until | lines | options
ROWS = [
    # Evenings and nights
    ("by day", BANDS, "2026-03-10 09:00", "2026-03-10 10:00", "weekday: 60 x £27.50 = £27.50"),
    ("an hour each side of the evening", BANDS, "2026-03-10 17:00", "2026-03-10 19:00",
     "weekday: 60 x £27.50 = £27.50; weekday evening: 60 x £30.00 = £30.00"),
    ("ends where the evening begins", BANDS, "2026-03-10 17:00", "2026-03-10 18:00", "weekday: 60 x £27.50 = £27.50"),
    ("begins where the evening begins", BANDS, "2026-03-10 18:00", "2026-03-10 19:00",
     "weekday evening: 60 x £30.00 = £30.00"),
    ("evening into night", BANDS, "2026-03-10 21:30", "2026-03-10 22:30",
     "weekday evening: 30 x £30.00 = £15.00; weekday night: 30 x £34.00 = £17.00"),
    ("a night between two weekdays is one stretch", BANDS, "2026-03-10 22:00", "2026-03-11 06:00",
     "weekday night: 480 x £34.00 = £272.00"),
    ("the night ends at 7am", BANDS, "2026-03-11 06:00", "2026-03-11 08:00",
     "weekday night: 60 x £34.00 = £34.00; weekday: 60 x £27.50 = £27.50"),
    ("Friday night into Saturday", BANDS, "2026-03-13 22:00", "2026-03-14 07:00",
     "weekday night: 120 x £34.00 = £68.00; saturday night: 420 x £36.00 = £252.00"),
    ("Saturday night into Sunday", BANDS, "2026-03-14 23:00", "2026-03-15 01:00",
     "saturday night: 60 x £36.00 = £36.00; sunday night: 60 x £38.00 = £38.00"),
    ("Sunday night into Monday", BANDS, "2026-03-15 23:00", "2026-03-16 01:00",
     "sunday night: 60 x £38.00 = £38.00; weekday night: 60 x £34.00 = £34.00"),
    ("into Good Friday", BANDS, "2026-04-02 23:00", "2026-04-03 01:00",
     "weekday night: 60 x £34.00 = £34.00; bank_holiday night: 60 x £66.00 = £66.00"),
    ("Good Friday evening", BANDS, "2026-04-03 19:00", "2026-04-03 20:30",
     "bank_holiday evening: 90 x £60.00 = £90.00"),
    ("all four parts of a day", BANDS, "2026-03-10 17:00", "2026-03-11 08:00",
     ("weekday: 60 x £27.50 = £27.50; weekday evening: 240 x £30.00 = £120.00; "
     "weekday night: 540 x £34.00 = £306.00; weekday: 60 x £27.50 = £27.50")),
    # Clock changes inside bands
    ("the short night", BANDS, "2026-03-28 22:00", "2026-03-29 07:00",
     "saturday night: 120 x £36.00 = £72.00; sunday night: 360 x £38.00 = £228.00"),
    ("the long night", BANDS, "2026-10-24 22:00", "2026-10-25 07:00",
     "saturday night: 120 x £36.00 = £72.00; sunday night: 480 x £38.00 = £304.00"),
    ("the morning after the short night is whole", BANDS, "2026-03-29 06:00", "2026-03-29 08:00",
     "sunday night: 60 x £38.00 = £38.00; sunday: 60 x £33.00 = £33.00"),
    ("the evening after the long night is whole", BANDS, "2026-10-25 17:00", "2026-10-25 19:00",
     "sunday: 60 x £33.00 = £33.00; sunday evening: 60 x £35.00 = £35.00"),
    ("an edge in the hour that comes twice is met twice", SMALL_HOURS, "2026-10-25 00:30", "2026-10-25 03:00",
     ("sunday: 60 x £33.00 = £33.00; sunday night: 30 x £38.00 = £19.00; "
     "sunday: 30 x £33.00 = £16.50; sunday night: 90 x £38.00 = £57.00")),
    ("an edge in the hour that is skipped holds from 2am", SMALL_HOURS, "2026-03-29 00:30", "2026-03-29 03:00",
     "sunday: 30 x £33.00 = £16.50; sunday night: 60 x £38.00 = £38.00"),
    # Steps and shortest visits beside an edge
    ("a step up to the edge", replace(BANDS, billing_step_minutes=15), "2026-03-10 17:30", "2026-03-10 17:50",
     "weekday: 30 x £27.50 = £13.75"),
    ("a step past the edge", replace(BANDS, billing_step_minutes=15), "2026-03-10 17:40", "2026-03-10 18:05",
     "weekday: 20 x £27.50 = £9.17; weekday evening: 10 x £30.00 = £5.00"),
    ("the shortest visit runs on past the edge", replace(BANDS, minimum_minutes=60), "2026-03-10 17:30",
     "2026-03-10 17:45", "weekday: 30 x £27.50 = £13.75; weekday evening: 30 x £30.00 = £15.00"),
    ("hours: 61 minutes are two hours", replace(BANDS, billing_step_minutes=60), "2026-03-10 16:59",
     "2026-03-10 18:00", "weekday: 61 x £27.50 = £27.96; weekday evening: 59 x £30.00 = £29.50"),
    # Short visits
    ("15 minutes are dearer by the hour", SHORT, "2026-03-10 09:00", "2026-03-10 09:15", "weekday: 15 x £33.50 = £8.38"),
    ("16 minutes fall in the next band", SHORT, "2026-03-10 09:00", "2026-03-10 09:16", "weekday: 16 x £30.00 = £8.00"),
    ("30 minutes are the end of it", SHORT, "2026-03-10 09:00", "2026-03-10 09:30", "weekday: 30 x £30.00 = £15.00"),
    ("31 minutes cost less, as the bands say", SHORT, "2026-03-10 09:00", "2026-03-10 09:31",
     "weekday: 31 x £27.50 = £14.21"),
    ("short in the evening", SHORT, "2026-03-10 18:00", "2026-03-10 18:15", "weekday evening: 15 x £36.00 = £9.00"),
    ("short across the edge: both rates are dearer", SHORT, "2026-03-10 17:55", "2026-03-10 18:05",
     "weekday: 5 x £33.50 = £2.79; weekday evening: 5 x £36.00 = £3.00"),
    ("short on Sunday", SHORT, "2026-03-15 09:00", "2026-03-15 09:15", "sunday: 15 x £39.00 = £9.75"),
    ("the band goes by the minutes charged", replace(SHORT, billing_step_minutes=15), "2026-03-10 09:00",
     "2026-03-10 09:16", "weekday: 30 x £30.00 = £15.00"),
    ("short and below the minimum charge", replace(SHORT, minimum_charge_pence=1000), "2026-03-10 09:00",
     "2026-03-10 09:15", "weekday: 15 x £33.50 = £8.38; minimum = £1.62"),
    ("short by the half hour", replace(DAY, unit=Unit.HALF_HOUR, weekday_pence=1425, length_bands=(LengthBand(15, 300),)),
     "2026-03-10 09:00", "2026-03-10 09:15", "weekday: 15 x £17.25 = £8.63"),
    # Buyers
    ("the council pays less", BUYERS, "2026-03-10 09:00", "2026-03-10 10:00", "weekday: 60 x £26.00 = £26.00",
     {"buyer": Buyer.COUNCIL_ARRANGED}),
    ("own money pays more on Sunday", BUYERS, "2026-03-15 09:00", "2026-03-15 10:00", "sunday: 60 x £34.50 = £34.50",
     {"buyer": Buyer.SELF_FUNDED}),
    ("a direct payment pays what everybody does", BUYERS, "2026-03-10 09:00", "2026-03-10 10:00",
     "weekday: 60 x £27.50 = £27.50", {"buyer": Buyer.DIRECT_PAYMENT}),
    ("nobody in particular too", BUYERS, "2026-03-10 09:00", "2026-03-10 10:00", "weekday: 60 x £27.50 = £27.50"),
    ("the council's difference holds in the evening", BUYERS, "2026-03-10 18:00", "2026-03-10 19:00",
     "weekday evening: 60 x £28.50 = £28.50", {"buyer": Buyer.COUNCIL_ARRANGED}),
    ("and on Saturday night", BUYERS, "2026-03-14 23:00", "2026-03-14 23:30", "saturday night: 30 x £34.50 = £17.25",
     {"buyer": Buyer.COUNCIL_ARRANGED}),
    ("and on a bank holiday", BUYERS, "2026-04-03 09:00", "2026-04-03 10:00", "bank_holiday: 60 x £52.00 = £52.00",
     {"buyer": Buyer.COUNCIL_ARRANGED}),
    ("a short visit for the council", BUYERS, "2026-03-10 09:00", "2026-03-10 09:15", "weekday: 15 x £32.00 = £8.00",
     {"buyer": Buyer.COUNCIL_ARRANGED}),
    ("one minimum charge for every buyer", replace(BUYERS, minimum_charge_pence=2000), "2026-03-10 09:00",
     "2026-03-10 09:30", "weekday: 30 x £26.00 = £13.00; minimum = £7.00", {"buyer": Buyer.COUNCIL_ARRANGED}),
    # Add-ons
    ("twelve miles", EXTRAS, "2026-03-10 09:00", "2026-03-10 10:00", "weekday: 60 x £27.50 = £27.50; Driving you = £5.40",
     {"add_ons": ["miles"], "miles": 12}),
    ("no miles", EXTRAS, "2026-03-10 09:00", "2026-03-10 10:00", "weekday: 60 x £27.50 = £27.50; Driving you = £0.00",
     {"add_ons": ["miles"], "miles": 0}),
    ("only the weekend's minutes of a weekend extra", replace(EXTRAS, bands=()), "2026-03-13 23:00", "2026-03-14 01:00",
     "weekday: 60 x £27.50 = £27.50; saturday: 60 x £30.00 = £30.00; Hoist = £4.00", {"add_ons": ["hoist"]}),
    ("a weekend extra on a Tuesday is not charged", EXTRAS, "2026-03-10 09:00", "2026-03-10 10:00",
     "weekday: 60 x £27.50 = £27.50; Hoist = £0.00", {"add_ons": ["hoist"]}),
    ("a bank-holiday extra comes by itself", COMPULSORY, "2026-04-03 09:00", "2026-04-03 10:00",
     "bank_holiday: 60 x £55.00 = £55.00; Feast day = £10.00", {"is_first_visit": False}),
    ("as soon as one minute falls on it", COMPULSORY, "2026-04-02 23:00", "2026-04-03 00:01",
     "weekday night: 60 x £34.00 = £34.00; bank_holiday night: 1 x £66.00 = £1.10; Feast day = £10.00",
     {"is_first_visit": False}),
    ("on other days it is not there", COMPULSORY, "2026-03-10 09:00", "2026-03-10 10:00", "weekday: 60 x £27.50 = £27.50",
     {"is_first_visit": False}),
    ("out of hours: the evening's minutes only", EXTRAS, "2026-03-10 17:00", "2026-03-10 19:00",
     "weekday: 60 x £27.50 = £27.50; weekday evening: 60 x £30.00 = £30.00; Late taxi = £3.00", {"add_ons": ["late"]}),
    ("one extra beside another", EXTRAS, "2026-03-10 09:00", "2026-03-10 09:30",
     "weekday: 30 x £27.50 = £13.75; Second worker = £10.00; Slide sheets = £1.50", {"add_ons": ["mats", "second"]}),
    ("a compulsory extra of double-handed visits", COMPULSORY, "2026-03-10 09:00", "2026-03-10 10:00",
     "weekday: 60 x £27.50 = £27.50; Second worker = £20.00; Two-person check = £2.00",
     {"add_ons": ["second"], "is_first_visit": False}),
    ("what is once comes with the first visit", COMPULSORY, "2026-03-10 09:00", "2026-03-10 10:00",
     "weekday: 60 x £27.50 = £27.50; Setting up = £40.00"),
    # One price for each
    ("a session before the evening", SESSION, "2026-03-10 17:59", "2026-03-10 20:00", "weekday: 121 x £12.00 = £12.00"),
    ("a session in the evening", SESSION, "2026-03-10 18:00", "2026-03-10 20:00",
     "weekday evening: 120 x £15.00 = £15.00"),
]  # fmt: skip


def in_short(line: QuoteLine) -> str:
    """``weekday evening: 60 x £30.00 = £30.00``."""
    pence = Money(line.pence)
    if line.of is ChargeOf.MINIMUM:
        return f"minimum = {pence}"
    if line.of is ChargeOf.EXTRA:
        return f"{line.words.split(',')[0]} = {pence}"
    day = f"{line.kind} {line.band}" if line.band else f"{line.kind}"
    return f"{day}: {line.minutes} x {Money(line.rate_pence)} = {pence}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_the_price_is_the_one_worked_out_by_hand(row: tuple) -> None:
    _, card, starts, ends, lines, *options = row
    made = quote(
        card,
        starts=datetime.fromisoformat(starts).replace(tzinfo=LONDON),
        ends=datetime.fromisoformat(ends).replace(tzinfo=LONDON),
        bank_holidays=HOLIDAYS,
        **(options[0] if options else {}),
    )
    assert "; ".join(in_short(line) for line in made.lines) == lines
    assert made.total.pence == sum(line.pence for line in made.lines)


@pytest.mark.parametrize(
    ("vat", "pence", "words"),
    [
        (Vat.STANDARD, 1000, "£10.00 of it is VAT at 20%"),
        (Vat.REDUCED, 286, "£2.86 of it is VAT at 5%"),
        (Vat.ZERO, 0, "VAT is charged at 0%"),
        (Vat.EXEMPT, 0, "No VAT is charged: welfare services"),
        (None, 0, ""),
    ],
)
def test_vat_is_told_and_never_added(vat: Vat | None, pence: int, words: str) -> None:
    card = replace(DAY, saturday_pence=3000, vat=vat, vat_reason="welfare services" if vat is Vat.EXEMPT else "")
    nine = datetime(2026, 3, 14, 9, tzinfo=LONDON)
    made = quote(card, starts=nine, ends=nine.replace(hour=11))
    assert (made.total.pence, made.vat_pence, made.vat_words) == (6000, pence, words)


def test_the_words_say_band_buyer_short_visit_and_rounding() -> None:
    nine = datetime(2026, 3, 10, 18, tzinfo=LONDON)
    made = quote(BUYERS, starts=nine, ends=nine.replace(minute=10), buyer=Buyer.COUNCIL_ARRANGED)
    assert [line.words for line in made.lines] == [
        (
            "Monday to Friday evening, 10 minutes at £34.50 an hour (rate from 1 January 2026, arranged by the council)"
            ". A visit of 15 minutes or less costs £6.00 an hour more"
        )
    ]
    assert made.total == Money(575)


def test_the_words_of_extras_say_how_they_are_counted() -> None:
    nine = datetime(2026, 3, 10, 9, tzinfo=LONDON)
    made = quote(EXTRAS, starts=nine, ends=nine.replace(hour=10), add_ons=["miles", "hoist", "second"], miles=1)
    assert [line.words for line in made.lines[1:]] == [
        "Driving you, 1 mile at £0.45 a mile",
        "Hoist, £4.00 an hour (only on Saturdays and Sundays): not charged for this visit",
        "Second worker, 1 hour at £20.00 an hour",
    ]
