"""Hear what was announced, and deliver it at once, in tests."""

from datetime import timedelta

from django.utils import timezone

from haihe.base.outbox.handlers import Payload
from haihe.base.outbox.models import Event
from haihe.base.outbox.operations import deliver_next


def announced(topic: str) -> list[Payload]:
    """Return the payloads announced under the topic, oldest first."""
    return list(Event.objects.filter(topic=topic).order_by("announced_at", "id").values_list("payload", flat=True))


def deliver_all() -> int:
    """Run every local handler that is due now; return how many ran, whether or not they failed."""
    count = 0
    while deliver_next(now=timezone.now() + timedelta(seconds=1)) and count < 1000:
        count += 1
    return count
