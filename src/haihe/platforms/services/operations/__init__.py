"""Writes, one verb per file. Each locks its case, checks, writes, records and announces in one transaction."""

from haihe.platforms.services.operations.absences import absences_of, covered_by, declare_absence, end_absence
from haihe.platforms.services.operations.appealing import (
    decide_appeal,
    file_appeal,
    say_late_appeals,
    take_appeal,
    withdraw_appeal,
)
from haihe.platforms.services.operations.asking import ask_again, ask_data
from haihe.platforms.services.operations.binding import bind_cases
from haihe.platforms.services.operations.deciding import close_case, decide, withdraw
from haihe.platforms.services.operations.declaring import bring_in_items, declare_needs
from haihe.platforms.services.operations.escalating import escalate_late
from haihe.platforms.services.operations.filing import ActedFor
from haihe.platforms.services.operations.fronting import accept_at_front, may_accept_at_front
from haihe.platforms.services.operations.noticing import running_notice
from haihe.platforms.services.operations.objecting import Said, object_to, said_in
from haihe.platforms.services.operations.opening import Application, open_case
from haihe.platforms.services.operations.proving import accept_paper, request_correction
from haihe.platforms.services.operations.rechecking import (
    due_cases,
    recheck_waiting,
    somebody_met_silence,
    source_permitted,
    source_reachable_again,
    source_refreshed,
)
from haihe.platforms.services.operations.reviewing import Outcome, answer_corrected, review
from haihe.platforms.services.operations.seeing import mark_seen
from haihe.platforms.services.operations.stepping import (
    assign_step,
    hear_of,
    pause_case,
    reassign_step,
    resume_case,
    take_step,
)
from haihe.platforms.services.operations.supplementing import fields_to_ask, form_of, hand_in, open_supplement

__all__ = [
    "ActedFor",
    "Application",
    "Outcome",
    "Said",
    "absences_of",
    "accept_at_front",
    "accept_paper",
    "answer_corrected",
    "ask_again",
    "ask_data",
    "assign_step",
    "bind_cases",
    "bring_in_items",
    "close_case",
    "covered_by",
    "decide",
    "decide_appeal",
    "declare_absence",
    "declare_needs",
    "due_cases",
    "end_absence",
    "escalate_late",
    "fields_to_ask",
    "file_appeal",
    "form_of",
    "hand_in",
    "hear_of",
    "mark_seen",
    "may_accept_at_front",
    "object_to",
    "open_case",
    "open_supplement",
    "pause_case",
    "reassign_step",
    "recheck_waiting",
    "request_correction",
    "resume_case",
    "review",
    "running_notice",
    "said_in",
    "say_late_appeals",
    "somebody_met_silence",
    "source_permitted",
    "source_reachable_again",
    "source_refreshed",
    "take_appeal",
    "take_step",
    "withdraw",
    "withdraw_appeal",
]
