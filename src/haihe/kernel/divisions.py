"""Division codes (GB/T 2260 six digits, GB/T 10114 three more, three for the community), always as 12 digits.

Levels are the article's five: 1 the country, 2 the city, 3 the district, 4 the street or town, 5 the community or
village. Tianjin is a city directly under the country. In an ordinary province both the province and its prefectures
count as level 2, the prefecture below the province; those codes only come up as places of origin.
"""

import re
from typing import Final

from haihe.kernel.identifiers import IdentifierError
from haihe.kernel.text import normalise

COUNTRY: Final = "000000000000"
_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
_DIGITS = re.compile(r"[0-9]+")
_WRITTEN_LENGTHS = (2, 4, 6, 9, 12)


def parse_division(text: str) -> str:
    """Return the 12-digit code; files shorten it to 6 or 9 digits (and 2 or 4), which zeros then fill.

    Only the form is checked: whether the place exists (now, or once did) is the city's to say.
    Raises: IdentifierError with code division-empty, division-format or division-length.
    """
    value = normalise(text).replace(" ", "")
    if not value:
        raise IdentifierError("division-empty", "没有填写区划代码。")
    if not _DIGITS.fullmatch(value):
        raise IdentifierError("division-format", "区划代码只能由数字组成。")
    if len(value) not in _WRITTEN_LENGTHS:
        raise IdentifierError("division-length", "区划代码应为 12 位（也可以写成 6 位或 9 位）。")
    code = value.ljust(12, "0")
    if _has_a_gap(code):
        raise IdentifierError("division-format", "区划代码中间不能缺级（上级为 0 而下级不为 0）。")
    return code


def level_of(code: str) -> int:
    """Return 1 to 5 for a code as `parse_division` gives it."""
    if code == COUNTRY:
        return 1
    if code[4:] == "00000000":
        return 2
    if code[6:] == "000000":
        return 3
    return 4 if code[9:] == "000" else 5


def parent_of(code: str) -> str | None:
    """Return the code of the division above; None for the country."""
    if code == COUNTRY:
        return None
    level = level_of(code)
    if level == 2 and code[2:4] != "00":
        return code[:2].ljust(12, "0")
    if level == 3:
        # 市辖区 (1201…) is a row in the standard, not a government: a municipality's districts lie below the city.
        return code[: 2 if code[:2] in _MUNICIPALITIES else 4].ljust(12, "0")
    return {2: COUNTRY, 4: code[:6].ljust(12, "0"), 5: code[:9].ljust(12, "0")}[level]


def path_of(code: str) -> tuple[str, ...]:
    """Return the codes from the country down to this division, itself included."""
    above = parent_of(code)
    return (*path_of(above), code) if above else (code,)


def _has_a_gap(code: str) -> bool:
    """True where a part is filled below an empty one; prefectures without districts (441900 东莞) may skip those."""
    province, prefecture, district, street, community = (
        bool(int(part)) for part in (code[:2], code[2:4], code[4:6], code[6:9], code[9:])
    )
    filled = [province, prefecture, *([district] if district or not prefecture else []), street, community]
    return filled != sorted(filled, reverse=True)
