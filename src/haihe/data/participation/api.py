"""What neighbours may use of participation: what it announces (payloads: `events.py`), names of associations."""

from typing import Final

from haihe.data.participation.events import (
    BUNDLE_ANSWERED,
    DISCUSSION_ANSWERED,
    DISCUSSION_STARTED,
    PLAN_CHANGED,
    REQUEST_ANSWERED,
    REQUEST_FORWARDED,
    REQUEST_FULFILLED,
    REUSE_PUBLISHED,
    REUSE_VOUCHED,
)
from haihe.data.participation.lookups import RequestInfo, requests_named
from haihe.data.participation.queries import association_name, is_association

ASSOCIATION_CODES: Final = "XH"
"""How an association's code begins; no public body's does."""

__all__ = [
    "ASSOCIATION_CODES",
    "BUNDLE_ANSWERED",
    "DISCUSSION_ANSWERED",
    "DISCUSSION_STARTED",
    "PLAN_CHANGED",
    "REQUEST_ANSWERED",
    "REQUEST_FORWARDED",
    "REQUEST_FULFILLED",
    "REUSE_PUBLISHED",
    "REUSE_VOUCHED",
    "RequestInfo",
    "association_name",
    "is_association",
    "requests_named",
]
