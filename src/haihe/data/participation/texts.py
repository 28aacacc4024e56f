"""What people type, as it is kept: plain text, no signs that hide or turn, nothing personal. Everybody reads it."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haihe.data.open import api as open_data
from haihe.data.participation.errors import InputRefused
from haihe.kernel.text import tidy

PERSONAL: Final[Mapping[str, str | Promise]] = {
    "ID_NUMBER": gettext_lazy("居民身份证号码"),
    "OLD_ID_NUMBER": gettext_lazy("居民身份证号码"),
    "MOBILE": gettext_lazy("手机号码"),
    "BANK_CARD": gettext_lazy("银行卡号"),
    "EMAIL": gettext_lazy("个人电子邮箱"),
}
"""What the opening gate finds personal and nobody may write here; other finds are too unsure for prose."""
LONGEST_ADDRESS: Final = 300
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_HOST: Final = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_SIGNS: Final = re.compile(r"[!#-;=?-\[\]_a-z~]+", re.IGNORECASE)
"""What an address may hold as typed: no spaces, no quotes, no angle brackets, no backslash."""


def line(text: str, *, longest: int, label: str | Promise, required: bool = True) -> str:
    """Return one line of text. Raises: InputRefused (missing, too long, personal)."""
    return _checked(tidy(_plain(text)), longest, label, required)


def paragraphs(text: str, *, longest: int, label: str | Promise, required: bool = True) -> str:
    """Return text in paragraphs, each tidied, at most one empty line between two. Raises: InputRefused."""
    lines = (tidy(one) for one in _plain(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n"))
    return _checked(_BLANK_LINES.sub("\n\n", "\n".join(lines)).strip(), longest, label, required)


def https_address(text: str) -> str:
    """Return an address that a browser may be sent to: https, a name with a point, nothing in front of it.

    It is only shown, never asked for. Raises: InputRefused.
    """
    address = text.strip()
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    fits = len(address) <= LONGEST_ADDRESS and _SIGNS.fullmatch(address)
    if parts.scheme != "https" or "@" in parts.netloc or not fits or not _HOST.fullmatch(host.lower()):
        raise InputRefused(_("网址要以 https:// 开头，写完整的域名，例如 https://example.cn/map。"))
    _refuse_personal(address, _("网址"))
    return address


def _plain(text: str) -> str:
    """Leave out what nobody sees: control signs, marks that turn the order of writing, zero-width signs."""
    return "".join(
        sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cf", "Co", "Cs")
    )


def _checked(text: str, longest: int, label: str | Promise, required: bool) -> str:
    if required and not text:
        raise InputRefused(_("请填写“%(label)s”。") % {"label": label})
    if len(text) > longest:
        raise InputRefused(_("“%(label)s”请不要超过 %(n)s 个字。") % {"label": label, "n": longest})
    _refuse_personal(text, label)
    return text


def _refuse_personal(text: str, label: str | Promise) -> None:
    found = sorted(open_data.personal_things(text) & PERSONAL.keys())
    if found:
        told = {"label": label, "what": PERSONAL[found[0]]}
        raise InputRefused(_("“%(label)s”里有%(what)s。这里写的人人可看，请删去后再提交。") % told)
