"""Writes: one verb, one transaction."""

from haihe.platforms.services.forms.operations.beginning import begin
from haihe.platforms.services.forms.operations.discarding import discard, expire
from haihe.platforms.services.forms.operations.prefilling import prefill
from haihe.platforms.services.forms.operations.saving import save
from haihe.platforms.services.forms.operations.sending import send
from haihe.platforms.services.forms.operations.uploading import add_upload, open_upload, remove_upload

__all__ = [
    "add_upload",
    "begin",
    "discard",
    "expire",
    "open_upload",
    "prefill",
    "remove_upload",
    "save",
    "send",
]
