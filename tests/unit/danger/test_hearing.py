"""Words of danger: what is heard in them, how loudly, and what is everyday talk."""

from pathlib import Path

import pytest

from app.platform.danger.rules.advice import ADVICE, advice_for
from app.platform.danger.rules.hearing import TEXT_MOST, hear, meant_by
from app.platform.danger.rules.kinds import Danger, Level
from app.platform.danger.rules.reading import read_vocabulary, vocabulary
from app.platform.english.rules.known_words import packaged
from benchmarks.danger.__main__ import judged_questions, phrases

TUNED_TO = phrases("phrases.txt")
JUDGED_FALSE_ALARMS = 0.01


def level(text: str) -> str:
    found = hear(text)
    return "none" if found is None else str(found.level)


def test_enough_phrases_are_kept() -> None:
    assert len([words for section, words in TUNED_TO if section != "mild"]) >= 120
    assert len([words for section, words in phrases("held_out.txt") if section != "harmless"]) >= 150


@pytest.mark.parametrize(("section", "words"), TUNED_TO)
def test_each_phrase_is_heard_as_its_kind(section: str, words: str) -> None:
    found = hear(words)
    assert found is not None
    if section == "mild":
        assert found.level is Level.MILD
    else:
        assert found.is_now
        assert Danger(section) in found.kinds


def test_what_was_never_tuned_to_is_heard_nineteen_times_in_twenty() -> None:
    asked = [words for section, words in phrases("held_out.txt") if section != "harmless"]
    assert sum(level(words) == "now" for words in asked) / len(asked) >= 0.95


def test_other_wordings_persons_and_spellings_are_heard_and_subjects_are_not() -> None:
    for name, least, loud_most, mild_most in (
        ("wider.txt", 0.99, 0, 0.01),
        ("spoken.txt", 0.97, 0.005, 0.01),
        ("unseen.txt", 0.95, 0.01, 0.01),
        ("spoken_held_out.txt", 0.70, 0.01, 0.01),
    ):
        asked = [words for section, words in phrases(name) if section != "harmless"]
        assert sum(level(words) == "now" for words in asked) / len(asked) >= least
        levels = [level(words) for section, words in phrases(name) if section == "harmless"]
        assert levels.count("now") / len(levels) <= loud_most
        assert levels.count("mild") / len(levels) <= mild_most


def test_a_slip_of_a_word_of_danger_means_that_word_and_no_other() -> None:
    assert [meant_by(word) for word in ("choking", "chocking", "chokeing", "sezure", "cooking", "checking")] == [
        "choking",
        "choking",
        "choking",
        "seizure",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("real", "meant"),
    [
        ("he hots me when dinner is late", Danger.HURT),
        ("my husband rapped me", Danger.HURT),
        ("i want to dye tonight", Danger.SELF_HARM),
        ("she scolded herself with the kettle", Danger.EMERGENCY),
        ("mum feel down the stairs", Danger.EMERGENCY),
    ],
)
def test_a_right_word_is_a_slip_only_where_the_words_beside_it_say_so(real: str, meant: Danger) -> None:
    found = hear(real)
    assert found is not None
    assert found.is_now
    assert meant in found.kinds


def test_a_right_word_is_never_respelt_into_a_word_of_danger() -> None:
    words = ["starling", "smattering", "bleating", "scolded", "gambler", "capers", "poisson", "braising", "withdrawal"]
    assert [meant_by(word) for word in words] == [""] * len(words)
    assert [word for word in packaged() if meant_by(word) not in {"", word} and (word,) not in vocabulary().short] == []
    assert [level(f"a {word} club for my mum") for word in words] == ["none"] * len(words)


def test_a_slip_that_an_ordinary_word_is_as_near_to_is_that_word() -> None:
    assert [meant_by(word) for word in ("shoping", "cleening", "walkin", "carrer", "hiting")] == [
        "",
        "",
        "",
        "carer",
        "hitting",
    ]


def test_dropped_letters_and_words_written_as_they_sound_are_heard() -> None:
    assert [meant_by(word) for word in ("choakin", "sewisidal", "stranguling", "siezure")] == [
        "choking",
        "suicidal",
        "strangling",
        "seizure",
    ]
    assert level("dads choakin on his tea") == "now"


def test_questions_of_search_raise_hardly_a_false_alarm() -> None:
    true = {words for _, words in phrases("in_danger.txt")}
    asked = [words for words in judged_questions() if words not in true]
    loud = [words for words in asked if level(words) == "now"]
    quiet = [words for words in asked if level(words) == "mild"]
    assert loud == []
    assert len(quiet) / len(asked) < JUDGED_FALSE_ALARMS


@pytest.mark.parametrize(
    "words",
    [
        "hit the gym",
        "killing time on tuesdays",
        "falls prevention class",
        "bereavement support",
        "heating engineer",
        "food delivery",
        "end of life care",
        "someone to push my wheelchair",
        "take mum to the bank",
        "lock on the front door",
        "i miss my mum",
        "bleeding radiators",
        "",
        "   ",
        "\0",
        "🙂",
        "%%%",
    ],
)
def test_everyday_words_are_none(words: str) -> None:
    assert level(words) == "none"


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("i feel like ending it all", Danger.SELF_HARM),
        ("I FEEL LIKE ENDING IT ALL!!!", Danger.SELF_HARM),
        ("my mum says she wants to die", Danger.SELF_HARM),
        ("suiciddal", Danger.SELF_HARM),
        ("hes hurting her", Danger.HURT),
        ("he’s hurting her", Danger.HURT),
        ("my carrer is stealling from me", Danger.MONEY),
        ("carer didnt come and im stuck in bed", Danger.NEGLECT),
        ("no heating tonight", Danger.TONIGHT),
        ("mum has just fallen", Danger.EMERGENCY),
    ],
)
def test_it_is_heard_in_any_case_voice_and_spelling(words: str, heard: Danger) -> None:
    found = hear(words)
    assert found is not None
    assert (found.level, heard in found.kinds) == (Level.NOW, True)


def test_a_subject_is_no_danger_unless_somebody_speaks_and_a_wish_to_die_is_never_softened() -> None:
    assert level("drop-in for domestic abuse survivors") == "none"
    assert level("suicide prevention training") == "none"
    assert level("i am looking for a domestic abuse group") == "mild"
    assert level("he was abused years ago") == "mild"
    assert level("he was abused years ago and is being abused again") == "now"
    assert level("support group because i want to die") == "now"


def test_one_sentence_among_many_is_heard() -> None:
    letter = (
        "Thank you for Tuesday. The garden looks lovely. " * 20 + "My son hits me when he is drunk. See you next week."
    )
    found = hear(letter)
    assert found is not None
    assert found.kinds == (Danger.HURT,)
    assert level("The garden. My neighbour has a dog. He hit the gym.") == "none"


def test_words_of_any_length_are_answered() -> None:
    assert level("a " * TEXT_MOST) == "none"
    assert level("x" * (2 * TEXT_MOST)) == "none"


def test_every_kind_has_somebody_to_call_and_no_number_is_odd() -> None:
    assert set(ADVICE) == set(Danger)
    for advice in advice_for(Danger):
        assert advice.contacts
        assert all(contact.href == "tel:" + contact.number.replace(" ", "") for contact in advice.contacts)
        assert all(contact.number.replace(" ", "").isdigit() for contact in advice.contacts)
    assert [advice.title for advice in advice_for([Danger.TONIGHT, Danger.EMERGENCY])] == [
        ADVICE[Danger.EMERGENCY].title,
        ADVICE[Danger.TONIGHT].title,
    ]


def test_the_vocabulary_names_a_line_that_cannot_be_read() -> None:
    assert len(vocabulary().shapes) > 200
    for text, fault in (
        ("[hurt]\nloud: hits me", "line 2 has no level"),
        ("[hurt]\nnow: @nobody hits", "line 2 names an unknown class"),
        ("[short]\nim i am", "line 2 is no short form"),
        ("[words]\nfamily = mum", "line 2 defines no class"),
    ):
        with pytest.raises(ValueError, match=fault):
            read_vocabulary(text)


def test_the_room_keeps_no_words() -> None:
    held = (Path(__file__).parents[3] / "app/platform/danger/rules/hearing.py").read_text()
    assert "lru_cache" not in held
