"""What neighbours may use of participation: what it announces. Payloads are told in `events.py`."""

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

__all__ = [
    "BUNDLE_ANSWERED",
    "DISCUSSION_ANSWERED",
    "DISCUSSION_STARTED",
    "PLAN_CHANGED",
    "REQUEST_ANSWERED",
    "REQUEST_FORWARDED",
    "REQUEST_FULFILLED",
    "REUSE_PUBLISHED",
    "REUSE_VOUCHED",
]
