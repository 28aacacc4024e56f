"""How each kind of field reads what people type: to one form for one meaning, or a sentence that says what to do.

A value that was read once is read as itself again. Tables of rows are `cleaning`'s part.
"""

import re
import unicodedata
import uuid
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from stdnum import luhn

from haihe.kernel.divisions import parse_division
from haihe.kernel.identifiers import IdentifierError, parse_credit_code, parse_id_number
from haihe.kernel.text import normalise, tidy
from haihe.platforms.services.forms import strokes
from haihe.platforms.services.forms.bounds import bounds_of
from haihe.platforms.services.forms.fields import Field, Kind
from haihe.platforms.services.forms.refusals import Refused

type Value = Any
"""What JSON can hold: text, number, true or false, a list of texts, or a list of rows."""
type Reader = Callable[[Field, object, date], Value]

MONEY_PLACES: Final = 2
EMAIL: Final = r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(\.[A-Za-z0-9\-]{1,63}){1,4}"
TELEPHONE: Final = r"(1[3-9][0-9]{9}|0[0-9]{9,11}|400[0-9]{7})"
POSTCODE: Final = r"[0-9]{6}"
CARD: Final = r"[0-9]{15,19}"
PLATE: Final = (
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
    r"[A-HJ-NP-Z][A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳]"
)
LONGEST_EMAIL: Final = 254
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_EIGHT_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_UNSEEN: Final = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
_YES: Final = frozenset({"yes", "true", "on", "1"})
_NO: Final = frozenset({"no", "false", "off", "0"})


def is_plain_text(text: str) -> bool:
    """True if the text is as `text` fields keep it."""
    return bool(text) and not _has_unseen(text) and _settled(text) == text


def is_plain_long_text(text: str) -> bool:
    """True if the text is as `long_text` fields keep it: lines of plain text."""
    return bool(text) and not _has_unseen(text.replace("\n", "")) and _lines(text) == text


def is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def is_card_number(text: str) -> bool:
    return bool(re.fullmatch(CARD, text)) and bool(luhn.is_valid(text))


def is_upload_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def places_of(field: Field) -> int:
    return MONEY_PLACES if field.kind is Kind.MONEY else field.decimals


def read(field: Field, raw: object, today: date) -> Value:
    """Return the value of one field that isn't a table. Raises: Refused."""
    return _READERS[field.kind](field, raw, today)


def is_missing(raw: object) -> bool:
    """True where nothing was given: no text, nothing chosen, no row."""
    return raw is None or (isinstance(raw, str) and not raw.strip()) or (isinstance(raw, list | tuple) and not raw)


def _text(field: Field, raw: object, today: date) -> str:
    return _fitting(field, _settled(_seen(raw)), today)


def _long_text(field: Field, raw: object, today: date) -> str:
    if not isinstance(raw, str) or _has_unseen(re.sub(r"[\r\n\t]", "", raw)):
        raise Refused(_unseen())
    return _fitting(field, _lines(raw), today)


def _fitting(field: Field, text: str, today: date) -> str:
    bounds = bounds_of(field, today)
    if not text or len(text) < int(bounds.least):
        raise Refused(_("请至少填写 %(least)s 个字。") % {"least": bounds.least})
    if len(text) > int(bounds.most):
        raise Refused(
            _("最多 %(most)s 个字，现在有 %(now)s 个，请写短一些。") % {"most": bounds.most, "now": len(text)}
        )
    return text


def _number(field: Field, raw: object, today: date) -> int | float:
    written = normalise(_seen(raw)).replace(",", "").replace(" ", "") if isinstance(raw, str) else _digits(raw)
    if not _AMOUNT.fullmatch(written):
        raise Refused(_("请填写数字，如 12000 或 12000.50。") if places_of(field) else _("请填写整数，如 3。"))
    number, places = Decimal(written), places_of(field)
    if number != round(number, places):
        raise Refused(_("最多填写 %(places)s 位小数。") % {"places": places} if places else _("请填写整数，如 3。"))
    bounds = bounds_of(field, today)
    if not Decimal(str(bounds.least)) <= number <= Decimal(str(bounds.most)):
        raise Refused(_("请填写 %(least)s 到 %(most)s 之间的数。") % {"least": bounds.least, "most": bounds.most})
    return int(number) if number == int(number) else float(number)


def _digits(raw: object) -> str:
    return f"{Decimal(repr(raw)):f}" if isinstance(raw, int | float) and not isinstance(raw, bool) else ""


def _date(field: Field, raw: object, today: date) -> str:
    written = "".join(normalise(_seen(raw)).split())
    match = _DAY.fullmatch(written) or _EIGHT_DIGITS.fullmatch(written)
    try:
        day = date(*(int(part) for part in match.groups())).isoformat() if match else ""
    except ValueError:
        day = ""
    if not day:
        raise Refused(_("请填写日期，如 2026-11-23。"))
    bounds = bounds_of(field, today)
    if bounds.least and day < str(bounds.least):
        raise Refused(_("日期不能早于 %(day)s。") % {"day": bounds.least})
    if bounds.most and day > str(bounds.most):
        raise Refused(_("日期不能晚于 %(day)s。") % {"day": bounds.most})
    return day


def _choice(field: Field, raw: object, today: date) -> str:
    option = field.option(raw)
    if option is None:
        raise Refused(_("请从给出的选项中选择。"))
    return option.value


def _choices(field: Field, raw: object, today: date) -> list[str]:
    given = raw if isinstance(raw, list | tuple) else [raw]
    if any(field.option(one) is None for one in given):
        raise Refused(_("请从给出的选项中选择。"))
    chosen = [option.value for option in field.options if option.value in given]
    _check_count(field, len(chosen), today)
    return chosen


def _check_count(field: Field, count: int, today: date) -> None:
    bounds = bounds_of(field, today)
    if count < int(bounds.least):
        raise Refused(_("请至少选择 %(least)s 项。") % {"least": bounds.least})
    if count > int(bounds.most):
        raise Refused(_("最多 %(most)s 项，请去掉多余的。") % {"most": bounds.most})


def _yes_no(field: Field, raw: object, today: date) -> bool:
    told = raw.strip().lower() if isinstance(raw, str) else raw
    if not isinstance(told, bool | str) or (isinstance(told, str) and told not in _YES | _NO):
        raise Refused(_("请选择“是”或“否”。"))
    value = told if isinstance(told, bool) else told in _YES
    if field.must is not None and not value:
        raise Refused(str(field.must))
    return value


def _identifier(parse: Callable[[str], str]) -> Reader:
    def reader(field: Field, raw: object, today: date) -> str:
        try:
            return parse(_seen(raw))
        except IdentifierError as wrong:
            raise Refused(wrong.message_zh) from wrong

    return reader


def _shaped(pattern: str, told: Callable[[], str], *, upper: bool = False) -> Reader:
    def reader(field: Field, raw: object, today: date) -> str:
        compact = re.sub(r"[\s\-·.•]", "", normalise(_seen(raw)))
        value = compact.upper() if upper else compact
        if not re.fullmatch(pattern, value):
            raise Refused(told())
        return value

    return reader


def _email(field: Field, raw: object, today: date) -> str:
    value = normalise(_seen(raw)).replace(" ", "")
    if len(value) > LONGEST_EMAIL or not re.fullmatch(EMAIL, value):
        raise Refused(_("请填写完整的电子邮箱，如 name@example.com。"))
    return value


def _bank_card(field: Field, raw: object, today: date) -> str:
    value = re.sub(r"[\s\-]", "", normalise(_seen(raw)))
    if not is_card_number(value):
        raise Refused(_("银行卡号不对（应为 15 到 19 位数字），请对照卡面核对。"))
    return value


def _file(field: Field, raw: object, today: date) -> list[str]:
    given = [one for one in (raw if isinstance(raw, list | tuple) else [raw]) if isinstance(one, str)]
    is_whole = len(given) == (len(raw) if isinstance(raw, list | tuple) else 1) == len(set(given))
    if not is_whole or not all(map(is_upload_id, given)):
        raise Refused(_("附件已不在这份申请里，请重新上传。"))
    _check_count(field, len(given), today)
    return given


def _signature(field: Field, raw: object, today: date) -> str:
    """A name that is typed, or strokes that are drawn: either is a signature, neither is demanded beside the other."""
    if isinstance(raw, str) and strokes.is_drawn(raw):
        return strokes.read(raw)
    name = _text(field, raw, today)
    # Wide letters become narrow ones: no name may turn into a drawing by that.
    return strokes.read(name) if strokes.is_drawn(name) else name


def _seen(raw: object) -> str:
    if not isinstance(raw, str) or _has_unseen(re.sub(r"[\r\n\t]", " ", raw)):
        raise Refused(_unseen())
    return raw


def _unseen() -> str:
    return _("这里含有看不见的字符，请删去后重新填写。")


def _has_unseen(text: str) -> bool:
    return any(unicodedata.category(sign) in _UNSEEN for sign in text)


def _settled(text: str) -> str:
    # Letters made narrow may join a mark that follows; after a second time nothing changes any more.
    return tidy(tidy(text))


def _lines(text: str) -> str:
    lines = [_settled(line) for line in re.split(r"\r\n|\r|\n", text)]
    return "\n".join(lines).strip("\n")


_READERS: Final[dict[Kind, Reader]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _long_text,
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.DATE: _date,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.YES_NO: _yes_no,
    Kind.ID_NUMBER: _identifier(lambda text: parse_id_number(text).value),
    Kind.CREDIT_CODE: _identifier(parse_credit_code),
    Kind.PHONE: _shaped(TELEPHONE, lambda: _("请填写 11 位手机号码，或带区号的固定电话。")),
    Kind.EMAIL: _email,
    Kind.POSTCODE: _shaped(POSTCODE, lambda: _("邮政编码是 6 位数字，请核对。")),
    Kind.ADDRESS: _text,
    Kind.DIVISION: _identifier(parse_division),
    Kind.BANK_CARD: _bank_card,
    Kind.PLATE_NUMBER: _shaped(
        PLATE, lambda: _("请填写完整的车牌号码，如 %(plate)s。") % {"plate": "津A12345"}, upper=True
    ),
    Kind.FILE: _file,
    Kind.SIGNATURE: _signature,
}
