"""What people type to name their car, certificate or company, made comparable."""

import re
from typing import Final

from django.utils.translation import gettext as _

from haihe.kernel.identifiers import IdentifierError, parse_credit_code
from haihe.kernel.text import normalise
from haihe.platforms.services.lookups.definition import Typed
from haihe.platforms.services.lookups.errors import InputRefused
from haihe.platforms.services.lookups.kinds import TypedKind

LONGEST: Final = 40
TYPED: Final = "typed"
"""The name of the field on the page."""
_BETWEEN: Final = re.compile(r"[\s·•.\-－—（）()第号]")
_PLATE: Final = re.compile(r"[\u4e00-\u9fff][A-Z][A-Z0-9]{4,5}[A-Z0-9\u4e00-\u9fff]")
_NUMBER: Final = re.compile(r"[A-Z0-9\u4e00-\u9fff]{4,30}")


def read_typed(typed: Typed, text: str) -> str:
    """Return what was typed as it is compared. Raises: InputRefused, before anybody is asked."""
    whole = normalise(text.replace("\x00", ""))
    if not whole:
        raise InputRefused(TYPED, _("请填写%(what)s。") % {"what": typed.label})
    if len(whole) > LONGEST:
        raise InputRefused(TYPED, _("号码太长了，请核对。"))
    if typed.kind is TypedKind.CREDIT_CODE:
        return _credit_code(whole)
    plain = comparable(whole)
    shape = _PLATE if typed.kind is TypedKind.PLATE else _NUMBER
    if not shape.fullmatch(plain):
        raise InputRefused(TYPED, _("请按证件上的样子填写，如 %(example)s。") % {"example": typed.example})
    return plain


def comparable(text: str) -> str:
    """Return a number without what people write between its parts."""
    return _BETWEEN.sub("", normalise(text)).upper()


def _credit_code(text: str) -> str:
    try:
        return parse_credit_code(text)
    except IdentifierError as wrong:
        raise InputRefused(TYPED, wrong.message_zh) from wrong
