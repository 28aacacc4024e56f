"""Send to webhooks what is due: claimed and kept before it goes, recorded after it.

A process that is killed in between leaves a claim that runs out, and it is sent again: its id is the same, so that the
other side can tell. After the last try it rests, and its address is sent nothing more until its owner says so.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from haihe.base.notices import api as notices
from haihe.base.outward import api as outward
from haihe.data.following.models import DeliveryState, Webhook, WebhookDelivery
from haihe.data.following.operations.webhooks import secret_of
from haihe.data.following.signing import signed_headers
from haihe.kernel import canonical
from haihe.kernel.keyring import KeyringError

logger = logging.getLogger(__name__)
NO_SECRET: Final = "NO_SECRET"  # noqa: S105 - a name
STOPPED: Final = "following.webhook_stopped"
PAUSES: Final = tuple(timedelta(minutes=n) for n in (1, 5, 30, 120, 300, 600, 840))
"""Between the tries of one message: eight tries in a day and a quarter."""
_BOUNDS: Final = outward.Bounds(most_bytes=64 << 10, seconds=15.0)
_LEASE: Final = timedelta(minutes=2)
_BATCH: Final = 200
_KEPT_FOR: Final = timedelta(days=30)
_GONE: Final = 410


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try ended: the status that came back, or the fault."""

    status: int | None
    error: str = ""

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def send_due(*, clock: Callable[[], datetime]) -> int:
    """Send what is due; return how many were taken. Any number of processes may do so at once.

    Each message is signed with the moment at which it goes: receivers refuse one that is five minutes old.
    """
    sent = 0
    with outward.Outward(outward.reach_of(settings.HAIHE), bounds=_BOUNDS, agent="haihe-webhooks") as line:
        for _number in range(_BATCH):
            row = _claim(clock())
            if row is None:
                break
            outcome = _post(line, row, clock())
            _record(row, outcome, clock())
            sent += outcome.is_taken
    return sent


def forget_sent(*, now: datetime) -> int:
    """Forget deliveries of a month ago; return how many."""
    done = WebhookDelivery.objects.exclude(state=DeliveryState.WAITING)
    return done.filter(made_at__lt=now - _KEPT_FOR).delete()[0]


def message_of(row: WebhookDelivery) -> dict[str, Any]:
    """Return what is sent: type, moment, and the facts, which are all public."""
    told = row.happening
    if told is None:
        return {"type": "test", "timestamp": row.made_at.isoformat(), "data": {"webhook": str(row.webhook_id)}}
    data: dict[str, Any] = {
        "dataset": told.dataset,
        "title": told.title,
        "title_en": told.title_en,
        "department": told.owner,
        "topic": told.topic,
        "request": told.request,
        "url": urljoin(f"{settings.HAIHE.carrying.site_url}/", told.path)
        if settings.HAIHE.carrying.site_url
        else told.path,
    }
    kept = {name: value for name, value in data.items() if value}
    return {"type": f"open.{told.name}", "timestamp": told.at.isoformat(), "data": kept | told.facts}


@transaction.atomic
def _claim(now: datetime) -> WebhookDelivery | None:
    due = WebhookDelivery.objects.filter(
        state=DeliveryState.WAITING, next_try_at__lte=now, webhook__stopped_at__isnull=True
    )
    row = (
        due.select_for_update(skip_locked=True, of=("self",))
        .select_related("webhook", "happening")
        .order_by("next_try_at", "made_at")
        .first()
    )
    if row is not None:
        row.attempts, row.next_try_at = row.attempts + 1, now + _LEASE
        row.save(update_fields=["attempts", "next_try_at"])
    return row


def _post(line: outward.Outward, row: WebhookDelivery, now: datetime) -> Outcome:
    body = canonical.dumps(message_of(row))
    second = int(now.timestamp())
    try:
        headers = signed_headers(secret_of(row.webhook), message_id=f"msg_{row.pk}", second=second, body=body)
    except KeyringError:
        logger.exception("the secret of webhook %s can't be opened", row.webhook_id)
        return Outcome(None, NO_SECRET)
    try:
        return Outcome(line.post(row.webhook.url, body, headers).status)
    except outward.OutwardFailed as failed:
        return Outcome(None, str(failed.fault))


@transaction.atomic
def _record(row: WebhookDelivery, outcome: Outcome, now: datetime) -> None:
    row.status, row.error = outcome.status, outcome.error
    if outcome.is_taken:
        row.state, row.finished_at = DeliveryState.SENT, now
    elif outcome.status == _GONE or row.attempts > len(PAUSES):
        row.state, row.finished_at = DeliveryState.DEAD, now
        _stop(row.webhook, row, now)
    else:
        row.next_try_at = now + PAUSES[row.attempts - 1]
    # Its owner may have dropped the address while the message was on its way.
    told = {name: getattr(row, name) for name in ("status", "error", "state", "finished_at", "next_try_at")}
    WebhookDelivery.objects.filter(pk=row.pk).update(**told)
    if outcome.is_taken:
        return
    # One that doesn't answer is asked again later with all that waits for it; others don't wait behind it.
    waiting = WebhookDelivery.objects.filter(webhook=row.webhook_id, state=DeliveryState.WAITING)
    waiting.filter(next_try_at__lt=row.next_try_at).update(next_try_at=row.next_try_at)


def _stop(webhook: Webhook, row: WebhookDelivery, now: datetime) -> None:
    why = row.error or f"HTTP {row.status}"
    if Webhook.objects.filter(pk=webhook.pk, stopped_at__isnull=True).update(stopped_at=now, stopped_why=why):
        notices.tell(
            to=[notices.Person(webhook.user)],
            kind=STOPPED,
            key=f"{STOPPED}:{row.pk}",
            facts={"host": outward.read_url(webhook.url).host, "why": why},
            path=reverse("following:webhook", args=[webhook.pk]),
            now=now,
        )
