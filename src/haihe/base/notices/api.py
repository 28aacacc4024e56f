"""What neighbours may use of notices."""

from haihe.base.notices.desks import Address, Desk, Person
from haihe.base.notices.operations import NOTICE_TOLD, UnknownKind, mark_read, tell
from haihe.base.notices.ports import Carrier, carry_with
from haihe.base.notices.queries import COUNTED_UP_TO, NoticeInfo, notices_of, told, unread_count
from haihe.base.notices.words import Facts, words

__all__ = [
    "COUNTED_UP_TO",
    "NOTICE_TOLD",
    "Address",
    "Carrier",
    "Desk",
    "Facts",
    "NoticeInfo",
    "Person",
    "UnknownKind",
    "carry_with",
    "mark_read",
    "notices_of",
    "tell",
    "told",
    "unread_count",
    "words",
]
