"""A system whose last key ends soon is counted; one whose next key serves already, or is stopped, is not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from haihe.data.sharing.keys_ending import SOON, clients_running_out
from haihe.data.sharing.models import Client, ClientKey, KeyKind

pytestmark = pytest.mark.django_db


def key(client: Client, name: str, *, days: int) -> None:
    now = timezone.now()
    ClientKey.objects.create(
        client=client,
        key_id=name,
        kind=KeyKind.ED25519,
        public_key=bytes(32),
        made_at=now,
        not_before=now - timedelta(days=1),
        expires_at=now + timedelta(days=days),
    )


def test_only_systems_that_will_be_refused_are_counted() -> None:
    now = timezone.now()
    client = Client.objects.create(
        client_id="gjj-test",
        organisation="120040",
        title="测试",
        sealed_secret=b"x" * 60,
        created_at=now,
        secret_made_at=now,
    )
    ClientKey.objects.filter(client=client).delete()
    assert clients_running_out(now=now) == 0  # it has no key at all: nothing runs out
    key(client, "k1", days=5)
    assert clients_running_out(now=now) == 1
    key(client, "k2", days=SOON.days + 30)
    assert clients_running_out(now=now) == 0
    ClientKey.objects.filter(key_id="k2").update(ended_at=now)
    assert clients_running_out(now=now) == 1
    Client.objects.filter(pk=client.pk).update(enabled=False)
    assert clients_running_out(now=now) == 0
