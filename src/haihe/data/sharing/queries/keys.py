"""Keys of systems: which there are, when each was last used, and which run out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from haihe.base.accounts.api import Actor
from haihe.data.sharing.models import Client, ClientKey
from haihe.data.sharing.queries.access import visible_clients

WARN_DAYS: Final = (60, 30, 7, 1)
"""The steward is warned with so many days left."""


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """A key as its page shows it. `days` are left; below zero once it is over. One `taken_over` may end in peace."""

    row: ClientKey
    days: int
    used_at: datetime | None
    taken_over: bool = False

    @property
    def is_over(self) -> bool:
        return self.row.ended_at is not None or self.days < 0

    @property
    def is_pressing(self) -> bool:
        return not self.is_over and not self.taken_over and self.days <= WARN_DAYS[1]


def days_left(key: ClientKey, now: datetime) -> int:
    """Return how many whole days a key still serves; -1 once it is over."""
    return (key.expires_at - now).days


def keys_of(client: Client, *, now: datetime) -> list[KeyInfo]:
    """Return the keys, the newest first; those ended too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key_id, used_at FROM gateway_key_use WHERE client_id = %s", [client.client_id])
        used = dict(cursor.fetchall())
    keys = list(client.keys.all())
    last = max((key.expires_at for key in keys if key.in_force(now)), default=now)
    return [KeyInfo(key, days_left(key, now), used.get(key.key_id), key.expires_at < last) for key in keys]


def running_out(*, now: datetime) -> QuerySet[ClientKey]:
    """Return the keys that end within the first warning's days and that no other key takes over from."""
    successors = ClientKey.objects.filter(
        client=OuterRef("client"), ended_at__isnull=True, not_before__lte=now, expires_at__gt=OuterRef("expires_at")
    )
    rows = ClientKey.objects.select_related("client").filter(
        ~Exists(successors),
        client__enabled=True,
        ended_at__isnull=True,
        expires_at__lte=now + timedelta(days=WARN_DAYS[0]),
        expires_at__gt=now - timedelta(days=WARN_DAYS[1]),
    )
    return rows.order_by("expires_at", "id")


def ending_keys(actor: Actor, *, now: datetime) -> list[KeyInfo]:
    """Return those of the systems that this actor may know of, the most pressing first."""
    rows = running_out(now=now).filter(client__in=visible_clients(actor))
    return [KeyInfo(key, days_left(key, now), None) for key in rows]
