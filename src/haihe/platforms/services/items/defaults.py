"""What a simple item may leave out, because its kind or its channels settle it."""

from collections.abc import Mapping
from typing import Any, Final

from haihe.platforms.services.items.kinds import SPARED, ItemChannel, Kind, ObjectKind

type Raw = dict[str, Any]

_FREE: Final = {"zh": "不收费", "en": "Free of charge"}
_RESULTS: Final[Mapping[str, Mapping[str, str]]] = {
    Kind.LICENCE: {"zh": "准予许可决定书及许可证件", "en": "A decision to grant the licence, and the licence itself"},
    Kind.PAYMENT: {
        "zh": "给付决定，款项发放到本人账户",
        "en": "A decision, and payment to the applicant's account",
    },
    Kind.CONFIRMATION: {"zh": "确认文书或证件", "en": "A written confirmation or certificate"},
    Kind.AWARD: {"zh": "奖励决定", "en": "A decision to award"},
    Kind.RULING: {"zh": "裁决书", "en": "A written ruling"},
    Kind.LEVY: {"zh": "缴款凭证", "en": "A receipt of payment"},
    Kind.OTHER_POWER: {"zh": "办理结果通知书", "en": "A written notice of the outcome"},
    Kind.PUBLIC_SERVICE: {"zh": "办理结果告知", "en": "A notice of the outcome"},
}
_OBJECTS: Final[Mapping[str, Mapping[str, str]]] = {
    ObjectKind.PERSON: {"zh": "自然人", "en": "natural persons"},
    ObjectKind.COMPANY: {"zh": "企业法人", "en": "companies"},
    ObjectKind.INSTITUTION: {"zh": "事业法人", "en": "public institutions"},
    ObjectKind.SOCIAL_ORGANISATION: {"zh": "社会组织", "en": "social organisations"},
}
_CHANNELS: Final = [ItemChannel.PHONE.value, ItemChannel.WINDOW.value]


def filled_in(item: Raw) -> Raw:
    """Return the item's table with what it left out; papers are already whole."""
    kinds = item.get("objects_kind") or [ObjectKind.PERSON.value]
    defaults: Raw = {
        "fee": _FREE,
        "objects": _objects(kinds),
        "keywords": [],
        "visits": _visits(item),
    }
    if (result := _RESULTS.get(item.get("kind", ""))) is not None:
        defaults["result"] = dict(result)
    return defaults | item


def _objects(kinds: list[str]) -> Raw:
    known = [_OBJECTS[kind] for kind in kinds if kind in _OBJECTS]
    english = ", ".join(one["en"] for one in known)
    return {"zh": "、".join(one["zh"] for one in known), "en": english[:1].upper() + english[1:]}


def _visits(item: Raw) -> Raw:
    """Count one visit at the window, none by phone; what is spared was once fetched elsewhere."""
    was_fetched = any(paper.get("proof") in SPARED for paper in item.get("papers", []))
    phone = 0 if ItemChannel.PHONE.value in item.get("channels", _CHANNELS) else 1
    return {"before": 1 + was_fetched, "window": 1, "phone": phone}
