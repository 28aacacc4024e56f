from haihe.data.participation.operations.associating import (
    NewAssociation,
    add_to_bundle,
    bundle,
    confirm,
    join,
    leave,
    register_association,
    remove_member,
)
from haihe.data.participation.operations.deciding import Decision, move_request
from haihe.data.participation.operations.discussing import answer_thread, close_thread, start_thread
from haihe.data.participation.operations.moderating import dismiss_report, hide_post, report_post, show_post
from haihe.data.participation.operations.planning import add_entry, dataset_published, link_entry, move_entry
from haihe.data.participation.operations.reminding import watch_clocks
from haihe.data.participation.operations.requesting import NewRequest, ask, say_whether_it_helped, unvote, vote
from haihe.data.participation.operations.reusing import (
    NewReuse,
    dismiss_broken,
    move_reuse,
    report_broken,
    revise_reuse,
    show_reuse,
)
from haihe.data.participation.operations.vouching import end_vouching, vouch

__all__ = [
    "Decision",
    "NewAssociation",
    "NewRequest",
    "NewReuse",
    "add_entry",
    "add_to_bundle",
    "answer_thread",
    "ask",
    "bundle",
    "close_thread",
    "confirm",
    "dataset_published",
    "dismiss_broken",
    "dismiss_report",
    "end_vouching",
    "hide_post",
    "join",
    "leave",
    "link_entry",
    "move_entry",
    "move_request",
    "move_reuse",
    "register_association",
    "remove_member",
    "report_broken",
    "report_post",
    "revise_reuse",
    "say_whether_it_helped",
    "show_post",
    "show_reuse",
    "start_thread",
    "unvote",
    "vote",
    "vouch",
    "watch_clocks",
]
