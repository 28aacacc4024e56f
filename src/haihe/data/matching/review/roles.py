"""Which fields of a register linkage compares: found by their titles, or chosen by a person."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from haihe.data.matching.errors import InputRefused
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
_PLACES: Final = ("address", "division")
_WITH_THE_NAME: Final = ("birth", "phone", *_PLACES)
_KINDS: Final = {
    "name": frozenset({Stored.NAME_KEY}),
    "birth": frozenset({Stored.DATE, Stored.TEXT, Stored.HIDDEN}),
    "sex": frozenset({Stored.TEXT, Stored.HIDDEN, Stored.INTEGER}),
    "phone": frozenset({Stored.TEXT, Stored.HIDDEN, Stored.INTEGER}),
    "address": frozenset({Stored.TEXT, Stored.HIDDEN}),
    "division": frozenset({Stored.TEXT}),
}
"""How a field must be stored to tell it."""

type Chosen = Mapping[str, str]
"""The field of each role that is compared."""


def fields_for(role: str, fields: Iterable[OfferedField]) -> list[OfferedField]:
    """Return the fields that may tell it; what is masked can't be compared."""
    return [one for one in fields if not one.is_masked and one.stored in _KINDS[role]]


def roles_of(fields: Iterable[OfferedField]) -> dict[str, str]:
    """Return the field for each role as the titles say."""
    given, found = list(fields), dict[str, str]()
    for role, words in _WORDS.items():
        free = (one for one in fields_for(role, given) if one.name not in found.values())
        named = next((one.name for one in free if words.search(one.title)), None)
        if named is not None:
            found[role] = named
    return found


def can_be_linked(offer: Offer) -> bool:
    """True if it has a name, and at least one more thing by which persons of one name may be told apart."""
    return all(any(fields_for(role, offer.fields) for role in roles) for roles in (("name",), _WITH_THE_NAME))


def check_chosen(left: Offer, right: Offer, chosen: Mapping[str, Chosen]) -> None:
    """Refuse what can't be compared. Raises: InputRefused."""
    for offer, side in ((left, chosen["left"]), (right, chosen["right"])):
        for role, field in side.items():
            if role not in _KINDS or field not in {one.name for one in fields_for(role, offer.fields)}:
                told = {"title": offer.title, "role": TITLES.get(role, role), "field": field}
                raise InputRefused(gettext("“%(title)s”的这个字段不能用作%(role)s：%(field)s。") % told)
        if len(set(side.values())) < len(side):
            raise InputRefused(gettext("“%(title)s”的一个字段只能用在一处。") % {"title": offer.title})
        if "name" not in side:
            raise InputRefused(gettext("“%(title)s”要选一个姓名字段。") % {"title": offer.title})
    if not _tell_apart(chosen):
        raise InputRefused(gettext("只有姓名分不清同名的人：两份数据还要有同一项，出生日期、电话，或者地址、区划。"))


def _tell_apart(chosen: Mapping[str, Chosen]) -> bool:
    left, right = chosen["left"], chosen["right"]
    both = left.keys() & right.keys() & {"birth", "phone"}
    return bool(both) or all(any(place in side for place in _PLACES) for side in (left, right))
