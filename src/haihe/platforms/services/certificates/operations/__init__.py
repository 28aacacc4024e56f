"""Writes: one verb = one function = one transaction."""

from haihe.platforms.services.certificates.operations.checking import check_by_code, check_by_token, check_document
from haihe.platforms.services.certificates.operations.issuing import Holder, issue
from haihe.platforms.services.certificates.operations.keeping import open_wholly, renew_code
from haihe.platforms.services.certificates.operations.moving import cancel_all_of, end, expire_due, resume
from haihe.platforms.services.certificates.operations.proposing import decide, propose
from haihe.platforms.services.certificates.operations.using import check_again, note_uses

__all__ = [
    "Holder",
    "cancel_all_of",
    "check_again",
    "check_by_code",
    "check_by_token",
    "check_document",
    "decide",
    "end",
    "expire_due",
    "issue",
    "note_uses",
    "open_wholly",
    "propose",
    "renew_code",
    "resume",
]
