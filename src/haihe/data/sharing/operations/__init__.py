"""Writes of sharing: one verb, one transaction, one line of history."""

from haihe.data.sharing.operations.changing_source import change_source
from haihe.data.sharing.operations.client_keys import IssuedSecret, end_key, rotate_key, watch_keys
from haihe.data.sharing.operations.clients import disable_client, enable_client, register_client
from haihe.data.sharing.operations.clocks import tell_missing_due_days
from haihe.data.sharing.operations.confirming import confirm_source, renew_source_secret
from haihe.data.sharing.operations.correcting import move_correction, open_correction, open_person
from haihe.data.sharing.operations.disposing import move_disposal
from haihe.data.sharing.operations.disputing import Complaint, move_dispute, open_dispute, reopen_request
from haihe.data.sharing.operations.granting import (
    expire_grants,
    move_grant,
    resume_grant,
    suspend_grant,
    terminate_grant,
)
from haihe.data.sharing.operations.handling import (
    answer_by_rule,
    approve_request,
    extend_request,
    move_request,
    refuse_request,
)
from haihe.data.sharing.operations.maintaining import Announcement, announce_maintenance, end_maintenance
from haihe.data.sharing.operations.noting import UsageNote, note_usage
from haihe.data.sharing.operations.promising import set_clock
from haihe.data.sharing.operations.propagating import confirm_data, data_arrived, follow_up
from haihe.data.sharing.operations.reminding import watch_clocks
from haihe.data.sharing.operations.renewing import renew_grant
from haihe.data.sharing.operations.requesting import request_sharing, resubmit_request
from haihe.data.sharing.operations.retaining import set_retention
from haihe.data.sharing.operations.services import NewService, open_service
from haihe.data.sharing.operations.stopping import move_stop, plan_stop, start_service, stop_at_once
from haihe.data.sharing.operations.trying import Trial, try_call

__all__ = [
    "Announcement",
    "Complaint",
    "IssuedSecret",
    "NewService",
    "Trial",
    "UsageNote",
    "announce_maintenance",
    "answer_by_rule",
    "approve_request",
    "change_source",
    "confirm_data",
    "confirm_source",
    "data_arrived",
    "disable_client",
    "enable_client",
    "end_key",
    "end_maintenance",
    "expire_grants",
    "extend_request",
    "follow_up",
    "move_correction",
    "move_disposal",
    "move_dispute",
    "move_grant",
    "move_request",
    "move_stop",
    "note_usage",
    "open_correction",
    "open_dispute",
    "open_person",
    "open_service",
    "plan_stop",
    "refuse_request",
    "register_client",
    "renew_grant",
    "renew_source_secret",
    "reopen_request",
    "request_sharing",
    "resubmit_request",
    "resume_grant",
    "rotate_key",
    "set_clock",
    "set_retention",
    "start_service",
    "stop_at_once",
    "suspend_grant",
    "tell_missing_due_days",
    "terminate_grant",
    "try_call",
    "watch_clocks",
    "watch_keys",
]
