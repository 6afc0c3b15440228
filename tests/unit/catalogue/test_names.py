"""Names that shout are written as people write them; others stay."""

import pytest

from app.market.catalogue.rules.names import as_title, shortened


@pytest.mark.parametrize(
    ("shouted", "written"),
    [
        ("THE FRIENDS OF ST ANN'S (MILLBROOK)", "The Friends of St Ann's (Millbrook)"),
        ("1ST MILLBROOK SCOUT GROUP", "1st Millbrook Scout Group"),
        ("AFRO-CARIBBEAN AND FRIENDS", "Afro-Caribbean and Friends"),
        ("J S AND N HARGREAVES TRUST", "J S and N Hargreaves Trust"),
        ("MILLBROOK SCHOOL P.T.A., FERNLEY", "Millbrook School P.T.A., Fernley"),
        ("FERNLEY ASIAN SUPPORT TRUST (FAST) LTD", "Fernley Asian Support Trust (FAST) Ltd"),
        ("MCDONALD AND O'BRIEN CIO", "McDonald and O'Brien CIO"),
        ("GM4WOMEN2028", "GM4WOMEN2028"),
        ("WOMEN'S INSTITUTE (THE)", "Women's Institute (The)"),
        ("Already written Properly BY hand", "Already written Properly BY hand"),
    ],
)
def test_a_name_is_written_with_its_initials_kept(shouted: str, written: str) -> None:
    assert as_title(shouted) == written


def test_a_text_is_cut_between_words() -> None:
    assert shortened("one two three", 13) == "one two three"
    assert shortened("one two, three", 10) == "one two…"
