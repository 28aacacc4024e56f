"""What neighbours may use of notices."""

from haihe.base.notices.carriers import (
    Carrier,
    Channel,
    Message,
    NotNow,
    Refused,
    Unsure,
    open_channels,
    register_carrier,
)
from haihe.base.notices.desks import Address, Desk, Person
from haihe.base.notices.operations import NOTICE_TOLD, UnknownKind, mark_read, mark_read_but_newest, tell
from haihe.base.notices.queries import (
    COUNTED_UP_TO,
    NoticeInfo,
    StuckSendings,
    notices_of,
    stuck_sendings,
    told,
    unread_count,
)
from haihe.base.notices.topics import topic
from haihe.base.notices.words import Facts, leads_outside, words

__all__ = [
    "COUNTED_UP_TO",
    "NOTICE_TOLD",
    "Address",
    "Carrier",
    "Channel",
    "Desk",
    "Facts",
    "Message",
    "NotNow",
    "NoticeInfo",
    "Person",
    "Refused",
    "StuckSendings",
    "UnknownKind",
    "Unsure",
    "leads_outside",
    "mark_read",
    "mark_read_but_newest",
    "notices_of",
    "open_channels",
    "register_carrier",
    "stuck_sendings",
    "tell",
    "told",
    "topic",
    "unread_count",
    "words",
]
