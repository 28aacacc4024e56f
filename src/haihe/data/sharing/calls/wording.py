"""Why calls were refused, or answered "not known", in words."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from haihe.kernel.answers import UnknownReason
from haihe.kernel.problems import PROBLEMS

UNKNOWN: Final[dict[str, Promise]] = {
    UnknownReason.SOURCE_STALE: _("数据比承诺的旧"),
    UnknownReason.SOURCE_UNREACHABLE: _("数据来源不可用"),
    UnknownReason.RECORD_IN_DOUBT: _("登记存疑，待人工核对"),
}


def reason(name: str) -> str:
    """Return the reason in the reader's language; a name that a newer gateway brought stands for itself."""
    if name in UNKNOWN:
        return str(UNKNOWN[name])
    kind = PROBLEMS.get(name)
    if kind is None:
        return name
    return kind.title_en if (get_language() or "").startswith("en") else kind.title_zh
