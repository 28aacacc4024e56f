"""Put down what happened, and who is told of it: at once, in a digest, by their webhooks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from haihe.base.notices import api as notices
from haihe.data.following.models import Happening, Pace, Telling, Webhook, WebhookDelivery
from haihe.data.following.queries import followers_at

HAPPENED: Final = "following.happened"
DIGEST: Final = "following.digest"
_TITLES: Final = 3
_KEPT_FOR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened, as the rooms announce it. `key` is the same however often they do."""

    key: str
    name: str
    title: str
    path: str
    at: datetime
    title_en: str = ""
    datasets: tuple[str, ...] = ()
    owner: str = ""
    topic: str = ""
    request: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def note(happened: Happened, *, now: datetime) -> Happening | None:
    """Put it down and tell whoever follows it, each person once; None if it was put down before."""
    row, is_new = Happening.objects.get_or_create(
        key=happened.key[:200],
        defaults={
            "name": happened.name,
            "dataset": happened.datasets[0] if happened.datasets else "",
            "request": happened.request,
            "title": happened.title[:160],
            "title_en": happened.title_en[:200],
            "owner": happened.owner,
            "topic": happened.topic,
            "facts": dict(happened.facts),
            "path": happened.path,
            "at": happened.at,
        },
    )
    if not is_new:
        return None
    paces = followers_at(row, happened.datasets)
    Telling.objects.bulk_create(
        Telling(happening=row, user=user, pace=pace, made_at=now, told_at=now if pace == Pace.AT_ONCE else None)
        for user, pace in paces.items()
    )
    _tell_at_once(row, [user for user, pace in paces.items() if pace == Pace.AT_ONCE], now)
    _send_to_webhooks(row, list(paces), now)
    return row


def tell_digests(pace: str, *, now: datetime) -> int:
    """Tell each person at this pace what waits for them, in one notice; return how many were told."""
    waiting = Telling.objects.filter(pace=pace, told_at__isnull=True)
    people = list(waiting.order_by("user").values_list("user", flat=True).distinct())
    return sum(_tell_digest(user, pace, now) for user in people)


def forget_old(*, now: datetime) -> int:
    """Forget what happened a year ago, with all that was told of it; return how many."""
    return Happening.objects.filter(at__lt=now - _KEPT_FOR).delete()[1].get("following.Happening", 0)


@transaction.atomic
def _tell_digest(user: UUID, pace: str, now: datetime) -> bool:
    rows = Telling.objects.select_for_update().filter(user=user, pace=pace, told_at__isnull=True)
    told = list(rows.select_related("happening").order_by("-made_at", "-id"))
    if not told:
        return False
    Telling.objects.filter(pk__in=[one.pk for one in told]).update(told_at=now)
    titles = list({one.happening.title: one.happening.title_en for one in told}.items())[:_TITLES]
    notices.tell(
        to=[notices.Person(user)],
        kind=DIGEST,
        key=f"{DIGEST}:{pace}:{timezone.localdate(now)}:{told[0].pk}",
        facts={
            "count": len(told),
            "titles": [title for title, _title_en in titles],
            "titles_en": [title_en for _title, title_en in titles],
            "pace": pace,
        },
        path=reverse("following:follows"),
        now=now,
    )
    return True


def _tell_at_once(row: Happening, users: Iterable[UUID], now: datetime) -> None:
    people = [notices.Person(user) for user in users]
    if people:
        facts = {"name": row.name, "title": row.title, "title_en": row.title_en, **row.facts}
        notices.tell(to=people, kind=HAPPENED, key=f"{HAPPENED}:{row.pk}", facts=facts, path=row.path, now=now)


def _send_to_webhooks(row: Happening, users: Iterable[UUID], now: datetime) -> None:
    from haihe.data.following.tasks import send_soon

    hooks = Webhook.objects.filter(user__in=users, stopped_at__isnull=True)
    made = WebhookDelivery.objects.bulk_create(
        WebhookDelivery(webhook=hook, happening=row, next_try_at=now, made_at=now) for hook in hooks
    )
    if made:
        transaction.on_commit(partial(send_soon))
