"""What neighbours may use to speak to addresses outside."""

from haihe.base.outward.asking import Answer, Bounds, Outward, origin_of, read_url
from haihe.base.outward.faults import Fault, OutwardFailed
from haihe.base.outward.reach import Reach, is_public, looked_up, reach_of

__all__ = [
    "Answer",
    "Bounds",
    "Fault",
    "Outward",
    "OutwardFailed",
    "Reach",
    "is_public",
    "looked_up",
    "origin_of",
    "reach_of",
    "read_url",
]
