"""Writes: one verb, one transaction."""

from haihe.platforms.services.forms.operations.beginning import begin
from haihe.platforms.services.forms.operations.beginning_for import begin_for, offer_of
from haihe.platforms.services.forms.operations.delegating import LONGEST, delegate, delegations_of, revoke
from haihe.platforms.services.forms.operations.discarding import discard, expire
from haihe.platforms.services.forms.operations.finding_out import find_out, forget_checks
from haihe.platforms.services.forms.operations.prefilling import LONGEST_STATEMENT, prefill, prefill_for, report_value
from haihe.platforms.services.forms.operations.proving import prove
from haihe.platforms.services.forms.operations.resuming import (
    Arriving,
    abandon_upload,
    begin_upload,
    forget_parts,
    standing_of,
    take_part,
)
from haihe.platforms.services.forms.operations.saving import Saved, next_section, save, save_sections
from haihe.platforms.services.forms.operations.sending_together import send
from haihe.platforms.services.forms.operations.uploading import add_upload, open_upload, remove_upload

__all__ = [
    "LONGEST",
    "LONGEST_STATEMENT",
    "Arriving",
    "Saved",
    "abandon_upload",
    "add_upload",
    "begin",
    "begin_for",
    "begin_upload",
    "delegate",
    "delegations_of",
    "discard",
    "expire",
    "find_out",
    "forget_checks",
    "forget_parts",
    "next_section",
    "offer_of",
    "open_upload",
    "prefill",
    "prefill_for",
    "prove",
    "remove_upload",
    "report_value",
    "revoke",
    "save",
    "save_sections",
    "send",
    "standing_of",
    "take_part",
]
