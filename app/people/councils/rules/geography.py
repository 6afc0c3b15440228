"""Postcodes, codes of areas, names of places, and the distance between two points."""

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from app.base.text import clean_code

POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}|GIR0AA")
OUTWARD = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")
INWARD_LENGTH = 3
POSTCODE_SHORTEST, POSTCODE_LONGEST, OUTWARD_LONGEST = 5, 7, 4
POSTCODE_AREAS = frozenset(
    """
    AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK
    FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR
    NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC
    WD WF WN WR WS WV YO ZE QX
    """.split()  # noqa: SIM905 - a list this long is read as words
)
"""The letters that postcodes begin with (Royal Mail; QX is invented, for the demonstration), so that a slip is mended only
into an area there is."""
_DISTRICTS = re.compile(
    r"([A-Z])(?:[1-9][0-9]?|[1-9][A-HJKMNP-Z])|([A-Z]{2})(?:[0-9]|[1-9][0-9]|[0-9][A-HJKMNP-Z])|GIR"
)
"""First halves: no district begins with a 0 (BL0 is the whole of one), and no letter behind it is I, L or O (Royal Mail)."""
_DIGITS = str.maketrans("OIL", "011")
_LETTERS = str.maketrans("01", "OI")
_LOOK_ALIKE = {"O": "O0", "0": "0O", "I": "I1", "1": "1I", "L": "L1"}
_IN_HALVES = re.compile(r"\S\s\s*\S{3}\s*$")
"""Where no digit was typed at all, only a space in its place tells a postcode from a word."""
_NOT_IN_POSTCODES = re.compile(r"[\s.,()/\[\]'\"-]+")
COUNCIL_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CODE_LONGEST = 40
AREA_CODE = re.compile(r"[A-Z][0-9]{8}")
NATIONS = {"E": "england", "W": "wales", "S": "scotland", "N": "northern-ireland"}
"""Whose bank holidays apply, by the first letter of an area code."""
OMBUDSMEN = {
    "E": ("Local Government and Social Care Ombudsman", "0300 061 0614"),
    "W": ("Public Services Ombudsman for Wales", "0300 790 0203"),
    "S": ("Scottish Public Services Ombudsman", "0800 377 7330"),
    "N": ("Northern Ireland Public Services Ombudsman", "0800 34 34 24"),
}
"""Who looks at complaints about a council, and the telephone, by the first letter of its area code."""

EARTH_RADIUS_MILES = 3958.7613
UK_LONGITUDES = (-9.0, 2.5)
UK_LATITUDES = (49.0, 61.5)


class PlaceKind(StrEnum):
    """What sort of name a place goes by; where several fit, the first here is meant."""

    LOCALITY = "locality"
    WARD = "ward"
    NEIGHBOURHOOD = "neighbourhood"
    OUTWARD = "outward"
    COUNCIL = "council"


@dataclass(frozen=True, slots=True)
class MapPlace:
    """Somewhere a person named: what it is called, its middle, and whose area it is in.

    ``locality_id`` is empty when the place lies in several localities.
    """

    label: str
    lon: float
    lat: float
    locality_id: int | None
    council_id: int
    locality_name: str | None = None
    unheld: str = ""
    """The whole postcode that was typed, when it is none we hold: then this is the middle of its first half."""


class Local(NamedTuple):
    """A locality by what is needed to ask about it: its number and its name."""

    id: int
    name: str


def compact_postcode(text: str) -> str:
    """``"m31 4fa"`` -> ``"M314FA"``, whatever its case and spacing; O and 0, I and 1 are told apart by their places.

    Raises:
        ValueError: when it is not shaped like a whole postcode, saying what was read of it.
    """
    compact = compact_or_none(text)
    if compact is None:
        half = outward_or_none(text)
        read = f"{half} is only the first half of a postcode. " if half else ""
        msg = f"{read}Enter a full postcode, like M31 4FA"
        raise ValueError(msg)
    return compact


def compact_or_none(text: str) -> str | None:
    """The same; nothing when it is not shaped like a whole postcode."""
    typed = _typed(text)
    if not POSTCODE_SHORTEST <= len(typed) <= POSTCODE_LONGEST or not (_has_digit(typed) or _IN_HALVES.search(text)):
        return None
    outward, inward = typed[:-INWARD_LENGTH], typed[-INWARD_LENGTH:]
    mended = inward[0].translate(_DIGITS) + inward[1:].translate(_LETTERS)
    half = _outward(outward, is_sure=bool(re.fullmatch("[0-9][A-Z]{2}", mended)))
    whole = f"{half}{mended}"
    return whole if half and POSTCODE.fullmatch(whole) else typed if POSTCODE.fullmatch(typed) else None


def outward_or_none(text: str) -> str | None:
    """The first half of a postcode: ``"m31"`` -> ``"M31"``, ``"0X1"`` -> ``"OX1"``; nothing when it is not shaped like one."""
    return _outward(_typed(text), is_sure=False)


def _has_digit(typed: str) -> bool:
    return any("0" <= one <= "9" for one in typed)


def _typed(text: str) -> str:
    return _NOT_IN_POSTCODES.sub("", clean_code(text)).upper()


def _outward(typed: str, *, is_sure: bool) -> str | None:
    """The first half as it was meant; where another half follows it, no digit of its own need be told from a letter."""
    if _DISTRICTS.fullmatch(typed):
        return typed
    if not (2 <= len(typed) <= OUTWARD_LONGEST and (is_sure or _has_digit(typed))):  # noqa: PLR2004 - M1
        return None
    read = {"".join(letters) for letters in product(*(_LOOK_ALIKE.get(one, one) for one in typed))}
    fits = sorted(
        (sum(a != b for a, b in zip(typed, one, strict=True)), one)
        for one in read
        if (found := _DISTRICTS.fullmatch(one)) and (found[1] or found[2]) in POSTCODE_AREAS
    )
    # Fewest changes: what somebody typed right is left as it is. Of two alike neither is sure.
    return fits[0][1] if fits and (len(fits) == 1 or fits[0][0] < fits[1][0]) else None


def show_postcode(compact: str) -> str:
    """``"M314FA"`` -> ``"M31 4FA"``."""
    return f"{compact[:-INWARD_LENGTH]} {compact[-INWARD_LENGTH:]}"


def outward_of(compact: str) -> str:
    """``"M314FA"`` -> ``"M31"``."""
    return compact[:-INWARD_LENGTH]


def miles_between(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """The distance between two points in miles as the crow flies (haversine)."""
    half_lat, half_lon = radians(lat2 - lat1) / 2, radians(lon2 - lon1) / 2
    chord = sin(half_lat) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_MILES * asin(min(1.0, sqrt(chord)))


def is_in_uk(lon: float, lat: float) -> bool:
    """Whether a point lies in the box around the United Kingdom; not-a-number never does."""
    return UK_LONGITUDES[0] <= lon <= UK_LONGITUDES[1] and UK_LATITUDES[0] <= lat <= UK_LATITUDES[1]


def words_of(name: str) -> str:
    """A name as it is compared: ``"Bucklow-St Martins"`` -> ``"bucklow st martins"``; ``&`` reads as ``and``."""
    plain = name.casefold().replace("&", " and ").replace("'", "").replace("’", "")
    return " ".join(re.findall(r"\w+", plain))


def slug_of(name: str) -> str:
    """A name as it stands in an address: ``"Hale Barns & Timperley"`` -> ``"hale-barns-and-timperley"``."""
    return words_of(name).replace(" ", "-").replace("_", "-")


def code_fault(code: str, area_code: str, *, is_demonstration: bool = False) -> str | None:
    """What is wrong with a council's code or its area code, in words; nothing when both will do."""
    if len(code) > CODE_LONGEST or not COUNCIL_CODE.fullmatch(code):
        return f"{code!r} will not do as a code: use lower-case letters, digits and hyphens, like bath-and-wells"
    if not AREA_CODE.fullmatch(area_code) or (area_code[0] not in NATIONS and not is_demonstration):
        return f"{area_code!r} is not an ONS area code: it has a letter (E, W, S or N) and 8 digits, like E08000009"
    return None


def begins_with(name: str, words: str) -> bool:
    """Whether a place's name, or one of two places joined in it, begins with these words (as :func:`words_of` has them).

    ``begins_with("Gorse Hill & Cornbrook", "cornbrook")`` is true, ``begins_with("Meadow Bank", "bank")`` is not.
    """
    parts = [words_of(part) for part in re.split(r"&|,|/|\band\b", name)]
    return any(part == words or part.startswith(f"{words} ") for part in parts)
