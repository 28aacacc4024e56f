"""Words of the platform in the reader's language."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

CYCLES: Final[Mapping[str, str | Promise]] = {
    "REALTIME": _("实时"),
    "DAILY": _("每日"),
    "WEEKLY": _("每周"),
    "MONTHLY": _("每月"),
    "QUARTERLY": _("每季度"),
    "YEARLY": _("每年"),
}
"""Update cycles, by the values that the catalogue stores."""


def in_english() -> bool:
    return (get_language() or "").startswith("en")


def either(chinese: str, english: str) -> str:
    """Return the English text for readers of English where there is one."""
    return english if english and in_english() else chinese
