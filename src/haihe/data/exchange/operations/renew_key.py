"""Making a resource's key, and a new one in its place."""

import os
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from haihe.base.keys.api import keyring
from haihe.data.exchange.data_keys import opened
from haihe.data.exchange.models import DataKey
from haihe.data.exchange.resource_keys import KEY_BYTES, ResourceKey, wrapping_context

# The first half of PostgreSQL's two-number advisory locks; the second is made from the resource.
_LOCK_SPACE = 0x444B4559


def writing_key(resource: str, *, now: datetime) -> ResourceKey:
    """Return the key that new snapshots of a resource are written with; the first snapshot makes it."""
    with transaction.atomic():
        _lock(resource)
        row = DataKey.objects.filter(resource=resource, retired_at=None).first()
        return opened(row) if row else _make(resource, now)


def renew_key(resource: str, *, now: datetime) -> ResourceKey:
    """Let a new key write from now on. What older ones wrote stays readable, and stays under them."""
    with transaction.atomic():
        _lock(resource)
        DataKey.objects.filter(resource=resource, retired_at=None).update(retired_at=now)
        return _make(resource, now)


def _make(resource: str, now: datetime) -> ResourceKey:
    last = DataKey.objects.filter(resource=resource).aggregate(last=Max("number"))["last"]
    number = 1 + (last or 0)
    secret = os.urandom(KEY_BYTES)
    wrapped = keyring().seal(secret, context=wrapping_context(resource, number))
    DataKey.objects.create(resource=resource, number=number, wrapped=wrapped, created_at=now)
    return ResourceKey(resource, number, secret)


def _lock(resource: str) -> None:
    """Hold back whoever else makes a key of this resource until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_SPACE, resource])
