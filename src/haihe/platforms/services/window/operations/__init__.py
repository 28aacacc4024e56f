"""Everything that is written: one verb, one function, one transaction."""

from haihe.platforms.services.window.operations.booking import (
    Hour,
    book,
    cancel,
    check_in,
    note_missed,
    rebook,
    remind,
)
from haihe.platforms.services.window.operations.calling import (
    call_again,
    call_next,
    finish,
    miss,
    pass_on,
    start,
)
from haihe.platforms.services.window.operations.entrusting import accept_case, entrust, take_back
from haihe.platforms.services.window.operations.flagging import ask_for_paper, insist
from haihe.platforms.services.window.operations.helping import Agreed, agree, begin_help, end_help
from haihe.platforms.services.window.operations.managing import (
    HallFacts,
    change_hall,
    close_hall,
    create_hall,
    reopen_hall,
    set_counter,
)
from haihe.platforms.services.window.operations.rostering import Plan, end_shift, plan_shift, use_counter
from haihe.platforms.services.window.operations.serving import Visitor, begin_item, fill_from_registers, identify
from haihe.platforms.services.window.operations.sitting import sit_down, stand_up
from haihe.platforms.services.window.operations.taking import come_back, leave, take_number
from haihe.platforms.services.window.operations.watching import end_the_day, warn_of_long_waits

__all__ = [
    "Agreed",
    "HallFacts",
    "Hour",
    "Plan",
    "Visitor",
    "accept_case",
    "agree",
    "ask_for_paper",
    "begin_help",
    "begin_item",
    "book",
    "call_again",
    "call_next",
    "cancel",
    "change_hall",
    "check_in",
    "close_hall",
    "come_back",
    "create_hall",
    "end_help",
    "end_shift",
    "end_the_day",
    "entrust",
    "fill_from_registers",
    "finish",
    "identify",
    "insist",
    "leave",
    "miss",
    "note_missed",
    "pass_on",
    "plan_shift",
    "rebook",
    "remind",
    "reopen_hall",
    "set_counter",
    "sit_down",
    "stand_up",
    "start",
    "take_back",
    "take_number",
    "use_counter",
    "warn_of_long_waits",
]
