"""What people type and paste, without what nobody sees. By Unicode's own classes, so that no list of cases grows here.

A pasted answer brings along zero-width spaces, marks of direction, byte-order marks and no-break spaces. None of them may
make a right answer wrong, and none may make an empty answer look filled.
"""

import re
import unicodedata

_ENDS_LINE = frozenset("\n\r\t\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029")
"""What ends a line, or a cell, somewhere: in an address book, a calendar, a header."""
_UNSEEN_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc")
"""Drawn as nothing although Unicode calls them letters, marks or symbols (most are Default_Ignorable_Code_Point);
U+2800 is the empty Braille cell, and U+FFFC stands where dictation or a picture was."""
_VARIANTS = re.compile("[\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Say which drawing of the character before is meant."""
_JOINERS = frozenset("\u200c\u200d")
_JOINED_SCRIPTS = ((0x0600, 0x08FF), (0x0900, 0x0DFF), (0x0F00, 0x109F), (0x1780, 0x18AF), (0xFB50, 0xFEFF))
"""Arabic, the scripts of India, Tibetan, Burmese, Khmer, Mongolian: there a joiner changes the letters one sees."""
_FLAG_TAGS = (0xE0020, 0xE007F)

_DASHES = dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63), "-")
"""Dashes of print and of word processors, and the minus sign: in what has one spelling each is a hyphen."""
_AROUND_AN_ADDRESS = re.compile(r"^(?:mailto:)?[<\s]*|[>\s.,;]*$")
_AROUND_POINTS = re.compile(r"\s*([@.])\s*")
_PLAIN = re.compile(r"[\n -~]*")


def clean_line(text: str) -> str:
    r"""One line as its reader sees it: single spaces, nothing unseen, letters in their usual form (NFC).

    ``"\u200bAda\u00a0\u202eLovelace\r\n"`` -> ``"Ada Lovelace"``; nothing but unseen characters -> ``""``.
    """
    return _or_nothing(" ".join(_seen(text).split()))


def clean_text(text: str) -> str:
    r"""The same for several lines: every line end is ``\n``, and spaces inside a line stay as they are."""
    return _or_nothing(_seen(text.replace("\r\n", "\n")).strip())


def clean_code(text: str) -> str:
    """One line of what has one spelling: an email address, a number, a date, a postcode.

    Full-width letters and digits become plain ones (NFKC), every dash a hyphen, and no joiner is kept: nothing here needs
    one.
    """
    if _PLAIN.fullmatch(text):
        return " ".join(text.split())
    kept = unicodedata.normalize("NFKC", text.translate(_DASHES))
    return " ".join("".join(c for c in map(_plain, kept) if c not in _JOINERS and not _is_unseen(c)).split())


def clean_email(text: str) -> str:
    """An email address as it is compared: small letters, nothing around its ``@`` and points, nothing of what it stood in."""
    return _AROUND_AN_ADDRESS.sub("", _AROUND_POINTS.sub(r"\1", clean_code(text).lower()))


def is_blank(text: str) -> bool:
    """Whether nobody would see anything: no letter, number, punctuation or symbol that is drawn."""
    return not any(_is_drawn(c) for c in text)


def _or_nothing(text: str) -> str:
    return "" if is_blank(text) else text


def _seen(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    composed = unicodedata.normalize("NFC", text)
    kept: list[str] = []
    for at, one in enumerate(composed):
        plain = _plain(one)
        if not _is_unseen(plain) or _is_needed(kept, plain, composed[at + 1 : at + 2]):
            kept.append(plain)
    return "".join(kept)


def _plain(one: str) -> str:
    if one in _ENDS_LINE:
        return " " if one == "\t" else "\n"
    return " " if unicodedata.category(one) == "Zs" else one


def _is_unseen(one: str) -> bool:
    """Control characters of ASCII stay: forms refuse them by name, for nobody pastes one by mistake."""
    return (
        unicodedata.category(one) in {"Cf", "Cs"}
        or "\x7f" <= one <= "\x9f"
        or one in _UNSEEN_LETTERS
        or _VARIANTS.match(one) is not None
        or (ord(one) & 0xFFFE) == 0xFFFE  # noqa: PLR2004 - the last two of every plane are no characters
    )


def _is_needed(kept: list[str], one: str, following: str) -> bool:
    """Whether a character that is not drawn itself changes what is drawn: inside an emoji, a flag or a joined script."""
    before = kept[-1] if kept else ""
    if not before:
        return False
    is_in_emoji = unicodedata.category(before) in {"So", "Sk"} or _VARIANTS.match(before) or _is_tag(before)
    if one == "\u200d":
        is_in_emoji = is_in_emoji and bool(following) and unicodedata.category(following) == "So"
    if is_in_emoji and before not in _UNSEEN_LETTERS:
        return one == "\u200d" or _VARIANTS.match(one) is not None or (_is_tag(one) and not before.isspace())
    return one in _JOINERS and _is_joined(before) and _is_joined(following)


def _is_tag(one: str) -> bool:
    return _FLAG_TAGS[0] <= ord(one) <= _FLAG_TAGS[1]


def _is_joined(one: str) -> bool:
    return bool(one) and any(first <= ord(one) <= last for first, last in _JOINED_SCRIPTS)


def _is_drawn(one: str) -> bool:
    return unicodedata.category(one)[0] in "LNPS" and one not in _UNSEEN_LETTERS
