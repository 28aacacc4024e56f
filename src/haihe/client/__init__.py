"""A small typed client of the gateway, for departments' programmers; installable alone (clients/python).

`Haihe` asks and waits, `AsyncHaihe` asks in an event loop; both sign each question and believe an answer only with its
signature. A question that may have arrived is never sent again by itself: each one that arrives is recorded.
"""

from haihe.client.asynchronous import AsyncHaihe
from haihe.client.calls import Subject
from haihe.client.errors import HaiheError, NoAnswer, NotTrusted, Refused
from haihe.client.patience import Patience
from haihe.client.results import BatchLine, ChangeLine, Changes, Cursor, Proxied, Queried, Verified
from haihe.client.tokens import Token
from haihe.client.waiting import Haihe
from haihe.kernel.answers import Answer, QueryAnswer, UnknownReason
from haihe.kernel.problems import Problem

__all__ = [
    "Answer",
    "AsyncHaihe",
    "BatchLine",
    "ChangeLine",
    "Changes",
    "Cursor",
    "Haihe",
    "HaiheError",
    "NoAnswer",
    "NotTrusted",
    "Patience",
    "Problem",
    "Proxied",
    "Queried",
    "QueryAnswer",
    "Refused",
    "Subject",
    "Token",
    "UnknownReason",
    "Verified",
]
