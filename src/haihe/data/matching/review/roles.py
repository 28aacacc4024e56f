"""Which fields of a register linkage compares, found by their titles and by how they are stored."""

import re
from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext_lazy as _

from haihe.data.matching.offers import Offer, OfferedField
from haihe.data.matching.tables import Stored

TITLES: Final = {
    "name": _("姓名"),
    "birth": _("出生日期"),
    "sex": _("性别"),
    "phone": _("电话"),
    "address": _("地址"),
    "division": _("区划"),
}
_WORDS: Final = {
    "name": re.compile(r"姓名"),
    "birth": re.compile(r"出生|生日"),
    "sex": re.compile(r"性别"),
    "phone": re.compile(r"电话|手机|联系方式"),
    "address": re.compile(r"地址|住址"),
    "division": re.compile(r"区划"),
}
_WITH_THE_NAME: Final = frozenset({"birth", "phone", "address", "division"})


def roles_of(fields: Iterable[OfferedField]) -> dict[str, str]:
    """Return the field for each role that is found; what is masked can't be compared."""
    found: dict[str, str] = {}
    for one in fields:
        if one.is_masked or one.stored is Stored.IDENTITY_KEY:
            continue
        role = next((role for role, words in _WORDS.items() if words.search(one.title)), "")
        if role and role not in found and (role == "name") == (one.stored is Stored.NAME_KEY):
            found[role] = one.name
    return found


def can_be_linked(offer: Offer) -> bool:
    """True if it has a name, and at least one more thing by which persons of one name are told apart."""
    roles = roles_of(offer.fields)
    return "name" in roles and bool(_WITH_THE_NAME & roles.keys())
