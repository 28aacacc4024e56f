"""Personal things inside texts: each detector yields what it is sure of, by check digits and calendars where there are.

A text is folded first (full-width digits, odd spaces). `candidates` are pieces of the right shape, good or not: in a
column of running numbers a few look like identity numbers by chance, and the share of good ones tells them apart.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from haihe.data.open.gate.findings import Code
from haihe.data.open.gate.names import LABELLED
from haihe.kernel.identifiers import PROVINCES, IdentifierError, normal_id_number, parse_credit_code

_GAP: Final = r"[\s\-‐–—−.·_]{0,3}"
_ID_18: Final = re.compile(rf"(?<![0-9])[1-9](?:{_GAP}[0-9]){{16}}{_GAP}[0-9Xx](?![0-9])")
"""Letters may touch it (ID1201…): its check character tells it from a code."""
_ID_15: Final = re.compile(rf"(?<![0-9A-Za-z.])[1-9](?:{_GAP}[0-9]){{14}}(?![0-9A-Za-z])(?!\.[0-9])")
_CREDIT: Final = re.compile(r"(?<![0-9A-Za-z])92[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Za-z])")
_MOBILE: Final = re.compile(
    r"(?:(?<![0-9A-Za-z.])|(?<=tel)|(?<=phone)|(?<=mob)|(?<=mobile))(?:(?:\+|00)?86[\s\-]{0,2})?"
    r"(?:1[0-9]{2}[\s\-‐–—−.·]{0,3}[0-9]{4}[\s\-‐–—−.·]{0,3}[0-9]{4}|1(?:\s[0-9]){10})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_LANDLINE: Final = re.compile(r"(?<![0-9A-Za-z])(?:\(?0[1-9][0-9]{1,2}\)?[\s\-]?)[2-8][0-9]{6,7}(?![0-9])")
_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,}")
_CARD: Final = re.compile(r"(?<![0-9A-Za-z.])(?:62|4[0-9]|5[1-5]|3[4-7])[0-9](?:[\s\-]?[0-9]){12,16}(?![0-9A-Za-z])")
_PLATE: Final = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领]"
    r"[A-HJ-NP-Z][·\s\-]?(?=[A-HJ-NP-Z0-9]*[0-9])(?:[A-HJ-NP-Z0-9]{5,6}|[A-HJ-NP-Z0-9]{4}[挂学警港澳])"
    r"(?![0-9A-Za-z])"
)
_DOOR: Final = re.compile(
    r"[0-9一二三四五六七八九十甲乙丙A-Za-z]+(?:号楼|栋|幢|座|号院|排)[0-9一二三四五六七八九十A-Za-z\-]*"
    r"(?:单元|门|梯)?[0-9一二三四五六七八九十]+(?:室|户|号房|号(?!楼))?"
    r"|[0-9]+(?:号楼)?[\-–][0-9]+(?:单元|门)?[\-–][0-9]{3,4}(?![0-9\-年月日])室?"
    r"|[0-9一二三四五六七八九十]+(?:单元|门)[0-9]{2,4}(?:室|户|号)?"
    r"|(?:村|庄|组|小区|花园|里|苑)[0-9一二三四五六七八九十]+[排组][0-9一二三四五六七八九十]+号"
)
_OFFICIAL_MAIL: Final = re.compile(r"@(?:[a-z0-9\-]+\.)*(?:gov|edu|org)\.cn$", re.IGNORECASE)
_UNSEEN: Final = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_MOBILE_HEADS: Final = re.compile(r"1[3-9]")


@dataclass(frozen=True, slots=True)
class Detector:
    """`shape` finds candidates, `is_one` judges each. `by_chance` is the share of good candidates below which a large
    column of codes is taken for codes; 0 where the shape alone says enough.
    """

    code: Code
    shape: re.Pattern[str]
    is_one: Callable[[str], bool]
    by_chance: float = 0.0

    def candidates(self, text: str) -> Iterator[str]:
        for match in self.shape.finditer(text):
            yield match[0]


def folded(text: str) -> str:
    """Return the text with full-width signs narrow and without what nobody sees; nothing else is trimmed or joined."""
    return text if text.isascii() else _UNSEEN.sub("", unicodedata.normalize("NFKC", text))


def _compact(text: str) -> str:
    return re.sub(r"[\s\-‐–—−.·_]", "", text)


def is_id_number(text: str) -> bool:
    try:
        normal_id_number(_compact(text))
    except IdentifierError:
        return False
    return True


def is_old_id_number(text: str) -> bool:
    """15 digits have no check digit: a province, and a day of the last century."""
    digits = _compact(text)
    if digits[:2] not in PROVINCES:
        return False
    try:
        return is_day(1900 + int(digits[6:8]), int(digits[8:10]), int(digits[10:12]))
    except ValueError:
        return False


def is_day(year: int, month: int, day: int) -> bool:
    long = 31 if month in (1, 3, 5, 7, 8, 10, 12) else 30
    long = 29 if month == 2 and year % 4 == 0 else 28 if month == 2 else long
    return 1 <= month <= 12 and 1 <= day <= long


def is_sole_trader(text: str) -> bool:
    """92 is what the market regulator gives to 个体工商户: the business is its owner."""
    try:
        return parse_credit_code(text).startswith("92")
    except IdentifierError:
        return False


def is_mobile(text: str) -> bool:
    digits = re.sub(r"[^0-9]", "", text)
    return len(digits) >= 11 and bool(_MOBILE_HEADS.match(digits[-11:]))


def is_bank_card(text: str) -> bool:
    digits = [int(sign) for sign in text if sign.isdigit()]
    if not 15 <= len(digits) <= 19:
        return False
    doubled = (digit * 2 - 9 * (digit > 4) if place % 2 else digit for place, digit in enumerate(reversed(digits)))
    return sum(doubled) % 10 == 0


def is_private_mail(text: str) -> bool:
    return not _OFFICIAL_MAIL.search(text)


def _always(text: str) -> bool:
    return True


DETECTORS: Final = (
    Detector(Code.ID_NUMBER, _ID_18, is_id_number, by_chance=0.02),
    Detector(Code.OLD_ID_NUMBER, _ID_15, is_old_id_number, by_chance=0.15),
    Detector(Code.SOLE_TRADER, _CREDIT, is_sole_trader, by_chance=0.15),
    Detector(Code.MOBILE, _MOBILE, is_mobile, by_chance=0.75),
    Detector(Code.LANDLINE, _LANDLINE, _always),
    Detector(Code.EMAIL, _EMAIL, is_private_mail),
    Detector(Code.BANK_CARD, _CARD, is_bank_card, by_chance=0.3),
    Detector(Code.PLATE, _PLATE, _always),
    Detector(Code.ADDRESS, _DOOR, _always),
    Detector(Code.NAME, LABELLED, _always),
)
"""In the order in which a piece is taken for something: what an earlier one took, a later one leaves alone."""


def found_in(text: str) -> list[tuple[Detector, str, bool]]:
    """Return each candidate with its detector and whether it is one; pieces taken by an earlier one are gone."""
    rest, found = folded(text), list[tuple[Detector, str, bool]]()
    for detector in DETECTORS:
        for piece in list(detector.candidates(rest)):
            is_one = detector.is_one(piece)
            found.append((detector, piece, is_one))
            if is_one:
                rest = rest.replace(piece, " ")
    return found
