"""Everything that is written: one verb, one function, one transaction."""

from haihe.platforms.services.window.operations.calling import (
    call_again,
    call_next,
    finish,
    miss,
    pass_on,
    start,
)
from haihe.platforms.services.window.operations.sitting import sit_down, stand_up
from haihe.platforms.services.window.operations.taking import come_back, leave, take_number

__all__ = [
    "call_again",
    "call_next",
    "come_back",
    "finish",
    "leave",
    "miss",
    "pass_on",
    "sit_down",
    "stand_up",
    "start",
    "take_number",
]
