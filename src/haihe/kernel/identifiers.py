"""Identity numbers (GB 11643) and unified social credit codes (GB 32100), read as files and people really write them.

The check characters come from python-stdnum; its `validate` is stricter than the registers are, so it isn't used:

* For identity numbers it demands a county that its own list (from Wikipedia) has for the year of birth. A number is
  given once and kept for life: registers are full of counties abolished long ago (120107 塘沽区, 120223 静海县), of
  numbers given at a later registration, and of counties newer than the list. Refusing those would refuse real
  families. So only the province (first two digits) is checked; a mistyped digit is what the check character is for.
* For credit codes it demands eight leading digits. Since 2017 registering bodies also begin with letters
  (N 农村集体经济组织, Y 其他), so only the six division digits must be digits.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from stdnum.cn import ric, uscc

from haihe.kernel.text import normalise

EARLIEST_BIRTH_YEAR = 1850
_CREDIT_ALPHABET = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")
_SERIAL_PLACES = 9
# GB/T 2260 provinces; 81, 82, 83: residence permits of people from Hong Kong, Macao and Taiwan.
PROVINCES = frozenset(
    str(code)
    for codes in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82, 83),
    )
    for code in codes
)
_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]{2}")
_CREDIT_CODE_PLACE = re.compile(r"[0-9]{6}")


class IdentifierError(ValueError):
    """An identifier can't be one, told in a stable code and a Chinese sentence. Neither repeats the value."""

    def __init__(self, code: str, message_zh: str) -> None:
        super().__init__(code)
        self.code = code
        self.message_zh = message_zh


@dataclass(frozen=True, slots=True)
class IdNumber:
    """An identity number and what it says. `division6` is where it was given, often a county since abolished.

    On a foreigner's permanent residence card (first digit 9) `division6` holds province and nationality instead.
    """

    value: str
    birth_date: date
    sex: str
    division6: str


def parse_id_number(text: str) -> IdNumber:
    """Return the identity number in the text, whatever full-width digits, spaces or small x it is written with.

    Raises: IdentifierError with one of the codes id-number-empty, -length, -old (15 digits), -scientific (a
    spreadsheet made it 1.20103E+17), -format, -province, -birth-date, -check-digit.
    """
    value = normal_id_number(text)
    return IdNumber(value, _birth_date(value[6:14]), "男" if int(value[16]) % 2 else "女", value[:6])


def normal_id_number(text: str) -> str:
    """Return the identity number alone, in half the time that `parse_id_number` takes. Raises: the same."""
    value = text
    # Nearly every number arrives as it should be.
    if not _ID_NUMBER.fullmatch(value):
        value = _compact(text)
        if not _ID_NUMBER.fullmatch(value):
            raise _shape_error(value)
    _check_province(value)
    _birth_date(value[6:14])
    if value[17] != ric.calc_check_digit(value):
        raise IdentifierError("id-number-check-digit", "身份证号码的校验码不对，请核对是否录错了数字。")
    return value


def id_number_check_character(first17: str) -> str:
    """Return the 18th character for 17 digits. Raises: ValueError for anything else."""
    if len(first17) != 17 or not (first17.isascii() and first17.isdigit()):
        raise ValueError("17 digits are needed")
    return ric.calc_check_digit(first17 + "0")


def parse_credit_code(text: str) -> str:
    """Return the unified social credit code in the text, upper-case and without spaces or hyphens.

    Raises: IdentifierError with one of the codes credit-code-empty, -length, -format, -check-digit.
    """
    value = _compact(text).replace("-", "")
    if not value:
        raise IdentifierError("credit-code-empty", "没有填写统一社会信用代码。")
    if len(value) != 18:
        raise IdentifierError("credit-code-length", "统一社会信用代码应为 18 位。")
    if not (_CREDIT_ALPHABET.issuperset(value) and _CREDIT_CODE_PLACE.fullmatch(value[2:8])):
        raise IdentifierError("credit-code-format", "统一社会信用代码含有不该出现的字符（不使用 I、O、S、V、Z）。")
    if value[17] != uscc.calc_check_digit(value):
        raise IdentifierError("credit-code-check-digit", "统一社会信用代码的校验码不对，请核对是否录错了字符。")
    return value


def credit_code_check_character(first17: str) -> str:
    """Return the 18th character for 17. Raises: ValueError for a wrong length or a character outside GB 32100."""
    if len(first17) != 17 or not _CREDIT_ALPHABET.issuperset(first17):
        raise ValueError("17 characters of the GB 32100 alphabet are needed")
    return uscc.calc_check_digit(first17)


def make_credit_code(prefix8: str, serial: int) -> str:
    """Return the code of a body that is registered here: its first eight characters are the registrar's to choose.

    Each serial has a code of its own. Raises: ValueError where it is too large for nine places.
    """
    letters = "".join(sorted(_CREDIT_ALPHABET))
    digits = ""
    for _place in range(_SERIAL_PLACES):
        serial, rest = divmod(serial, len(letters))
        digits = letters[rest] + digits
    if serial:
        raise ValueError("the serial has more than nine places")
    first17 = f"{prefix8}{digits}"
    return first17 + credit_code_check_character(first17)


def _compact(text: str) -> str:
    # Nearly every number arrives clean; 18 plain characters need no folding.
    plain = text if text.isascii() else normalise(text)
    return "".join(plain.split()).upper()


def _shape_error(value: str) -> IdentifierError:
    if not value:
        return IdentifierError("id-number-empty", "没有填写身份证号码。")
    if _SCIENTIFIC.fullmatch(value):
        return IdentifierError(
            "id-number-scientific", "身份证号码被表格软件改成了科学计数，原号码已丢失；请把该列设为文本后重新导出。"
        )
    if len(value) == 15 and value.isdigit():
        return IdentifierError("id-number-old", "这是 15 位的旧身份证号码，已于 2013 年停用；请换成 18 位号码。")
    if len(value) != 18:
        return IdentifierError("id-number-length", "身份证号码应为 18 位。")
    return IdentifierError("id-number-format", "身份证号码前 17 位应为数字，最后一位应为数字或 X。")


def _check_province(value: str) -> None:
    province = value[1:3] if value[0] == "9" else value[:2]
    if province not in PROVINCES:
        raise IdentifierError("id-number-province", "身份证号码的前两位不是任何省份的代码。")


@lru_cache(maxsize=1 << 16)
def _birth_date(digits: str) -> date:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        born = date.min
    if born.year < EARLIEST_BIRTH_YEAR:
        raise IdentifierError("id-number-birth-date", "身份证号码中的出生日期不存在。")
    return born
