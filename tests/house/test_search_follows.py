"""Whatever changes what search shows tells it: every action of the rooms search reads from is listed here, with how."""

import ast
from pathlib import Path

APP = Path(__file__).parents[2] / "app"

MARKS = "marks the listing or the provider changed"
NOTHING_SHOWN = "changes nothing that search shows"
BEFORE_LISTINGS = "comes before any listing can show it"
BELOW = "is called only by the catalogue, which marks"
BY_PLACE = "gives places by the catalogue, which marks"
BY_CHECK = "by `flask search check --fix`: an operator's import of places"

ACTIONS = {
    "catalogue.changes.mark_changed": MARKS,
    "catalogue.changes.mark_provider_changed": MARKS,
    "catalogue.claims.decide_claim": MARKS,
    "catalogue.listings.change_listing": MARKS,
    "catalogue.listings.publish_listing": MARKS,
    "catalogue.listings.put_listing_back": NOTHING_SHOWN,
    "catalogue.listings.remove_listing": MARKS,
    "catalogue.listings.version_of": NOTHING_SHOWN,
    "catalogue.listings.withdraw_listing": MARKS,
    "catalogue.listings.write_listing": MARKS,
    "frameworks.applying.add_document": NOTHING_SHOWN,
    "frameworks.applying.lots_let": NOTHING_SHOWN,
    "frameworks.applying.remove_document": NOTHING_SHOWN,
    "frameworks.applying.send_application": NOTHING_SHOWN,
    "frameworks.applying.withdraw_application": NOTHING_SHOWN,
    "frameworks.applying.write_application": NOTHING_SHOWN,
    "frameworks.deciding.answer_lot": BY_PLACE,
    "frameworks.ending.end_places": MARKS,
    "frameworks.setting_up.add_lot": NOTHING_SHOWN,
    "frameworks.setting_up.add_round": NOTHING_SHOWN,
    "frameworks.setting_up.change_framework": NOTHING_SHOWN,
    "frameworks.setting_up.extend_framework": NOTHING_SHOWN,
    "frameworks.setting_up.invite_provider": NOTHING_SHOWN,
    "frameworks.setting_up.locked_framework": NOTHING_SHOWN,
    "frameworks.setting_up.publish_framework": NOTHING_SHOWN,
    "frameworks.setting_up.set_discount": NOTHING_SHOWN,
    "catalogue.places.end_suspension": MARKS,
    "catalogue.places.place_on_framework": MARKS,
    "catalogue.places.suspend_provider": MARKS,
    "catalogue.rates.publish_rate": MARKS,
    "catalogue.rates.withdraw_rate": MARKS,
    "pictures.actions.add_picture": MARKS,
    "pictures.actions.describe_picture": NOTHING_SHOWN,
    "pictures.actions.move_picture_earlier": MARKS,
    "pictures.actions.show_drawn": MARKS,
    "pictures.actions.take_away_picture": MARKS,
    "registers.listings.import_community": MARKS,
    "registers.listings.import_locations": MARKS,
    "registers.listings.import_ratings": MARKS,
    "registers.listings.listing_from_register": BELOW,
    "councils.councils.add_council": BEFORE_LISTINGS,
    "councils.councils.add_framework": BEFORE_LISTINGS,
    "councils.holidays.add_holiday": NOTHING_SHOWN,
    "councils.holidays.remove_holiday": NOTHING_SHOWN,
    "councils.councils.set_contact": NOTHING_SHOWN,
    "councils.councils.set_policy": NOTHING_SHOWN,
    "councils.postcodes.add_postcodes": BY_CHECK,
    "providers.claims.claim": NOTHING_SHOWN,
    "providers.claims.decide_claim": BELOW,
    "providers.claims.make_claim_code": NOTHING_SHOWN,
    "providers.claims.note_email_proof": NOTHING_SHOWN,
    "providers.claims.type_claim_code": NOTHING_SHOWN,
    "providers.providers.add_provider": BEFORE_LISTINGS,
    "providers.providers.add_registration": BEFORE_LISTINGS,
    "providers.providers.place_on_framework": BELOW,
    "providers.suspensions.end_suspension": BELOW,
    "providers.suspensions.suspend_provider": BELOW,
    "registers.providers.community_provider": BELOW,
    "registers.providers.provider_from_register": BELOW,
    "registers.providers.rate_location": BELOW,
    "reviews.__init__.change_review": MARKS,
    "reviews.__init__.hold_review": NOTHING_SHOWN,
    "reviews.__init__.locked_review": NOTHING_SHOWN,
    "reviews.__init__.take_back_review": MARKS,
    "reviews.__init__.write_review": NOTHING_SHOWN,
    "reviews.answering.reply_to_review": NOTHING_SHOWN,
    "reviews.answering.report_review": NOTHING_SHOWN,
    "reviews.counting.leave_out_what_grew_old": MARKS,
    "reviews.counting.recount": MARKS,
    "reviews.deciding.appeal": NOTHING_SHOWN,
    "reviews.deciding.decide_appeal": MARKS,
    "reviews.deciding.decide_report": MARKS,
    "reviews.publishing.publish_due": MARKS,
    "reviews.publishing.publish_review": MARKS,
    "reviews.telling.address_of_review": NOTHING_SHOWN,
    "reviews.telling.desk_of_review": NOTHING_SHOWN,
    "reviews.telling.record_about": NOTHING_SHOWN,
    "reviews.telling.tell_both": NOTHING_SHOWN,
    "reviews.telling.tell_moderators": NOTHING_SHOWN,
    "reviews.telling.give_notice": NOTHING_SHOWN,
    "reviews.telling.tell_writer": NOTHING_SHOWN,
}
"""``tests/integration/search/test_following.py`` does each that marks, and finds the index equal to the database."""


def _files(room: str) -> list[Path]:
    (folder,) = APP.glob(f"*/{room}")
    return sorted((folder / "actions").glob("*.py")) or [folder / "actions.py"]


def test_every_action_of_the_rooms_that_search_reads_from_says_how_search_follows_it() -> None:
    found = {
        f"{room}.{file.stem}.{one.name}"
        for room in ("councils", "frameworks", "pictures", "providers", "registers", "catalogue", "reviews")
        for file in _files(room)
        for one in ast.parse(file.read_text()).body
        if isinstance(one, ast.FunctionDef) and not one.name.startswith("_")
    }
    assert found == set(ACTIONS)


def test_what_lies_below_the_catalogue_is_called_through_it() -> None:
    below = {name.rpartition(".")[2] for name, how in ACTIONS.items() if how == BELOW and name.startswith("providers.")}
    wrong = []
    for file in sorted(APP.rglob("*.py")):
        if any(file.is_relative_to(APP / "market" / room / "actions") for room in ("catalogue", "providers")):
            continue
        for one in ast.walk(ast.parse(file.read_text())):
            if isinstance(one, ast.ImportFrom) and (one.module or "").startswith("app.market.providers.actions"):
                wrong += [f"{file.relative_to(APP)}: {name.name}" for name in one.names if name.name in below]
            if (
                isinstance(one, ast.ImportFrom)
                and one.module == "app.market.providers"
                and any(n.name == "actions" for n in one.names)
            ):
                wrong += [
                    f"{file.relative_to(APP)}: {call.attr}"
                    for call in ast.walk(ast.parse(file.read_text()))
                    if isinstance(call, ast.Attribute) and call.attr in below
                ]
    assert wrong == []
