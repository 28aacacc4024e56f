"""What neighbours may use of processes."""

from haihe.base.processes.operations import (
    NoSuchCase,
    OtherVersion,
    Unsound,
    assign,
    begin,
    complete,
    hear,
    hold,
    leave_by,
    pause,
    publish,
    resume,
)
from haihe.base.processes.programs import Answer, NotYet, Program, Work, listen, register
from haihe.base.processes.queries import OpenTask, history_of, in_hand, newest, open_tasks, process_of, state_of
from haihe.kernel.process.state import NotNow

__all__ = [
    "Answer",
    "NoSuchCase",
    "NotNow",
    "NotYet",
    "OpenTask",
    "OtherVersion",
    "Program",
    "Unsound",
    "Work",
    "assign",
    "begin",
    "complete",
    "hear",
    "history_of",
    "hold",
    "in_hand",
    "leave_by",
    "listen",
    "newest",
    "open_tasks",
    "pause",
    "process_of",
    "publish",
    "register",
    "resume",
    "state_of",
]
