"""Hear of what was told, and note down who is to hear of it outside the house."""

from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from haihe.base.notices.models import Notice
from haihe.base.notices.operations import NOTICE_TOLD
from haihe.base.notices.sending import plan
from haihe.base.outbox import api as outbox


@outbox.subscribe(NOTICE_TOLD)
def note_who_hears_outside(payload: dict[str, Any]) -> None:
    from haihe.base.notices.tasks import send_soon

    notice = Notice.objects.filter(pk=payload["notice"]).first() if payload["user"] else None
    if notice is None:
        return
    for channel in plan(notice, now=timezone.now()):
        transaction.on_commit(partial(send_soon, channel))
