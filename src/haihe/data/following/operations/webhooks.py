"""Add an address, give it a new secret, try it, stop it, let it begin again, drop it."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.base.keys import api as keys
from haihe.base.outward import api as outward
from haihe.data.following import signing
from haihe.data.following.errors import InputRefused, NotFound
from haihe.data.following.models import DeliveryState, Webhook, WebhookDelivery
from haihe.data.following.queries import person, webhooks_of

MOST_WEBHOOKS: Final = 5
_LONGEST: Final = 500
_TESTS_WAITING: Final = 3


def add_webhook(*, actor: Actor, url: str, now: datetime) -> tuple[Webhook, str]:
    """Return the address and its secret, which is shown now and never again. Raises: NotPermitted, InputRefused."""
    user, url = person(actor), url.replace("\x00", "").strip()
    try:
        outward.read_url(url)
    except outward.OutwardFailed:
        raise InputRefused(_("请填写完整的网址，以 https:// 开头，不带用户名和密码。")) from None
    if len(url) > _LONGEST:
        raise InputRefused(_("网址不能超过 %(n)s 个字符。") % {"n": _LONGEST})
    if Webhook.objects.filter(user=user, url=url).exists():
        raise InputRefused(_("这个地址已经添加过；没有保存密钥的，请打开它更换密钥。"))
    if Webhook.objects.filter(user=user).count() >= MOST_WEBHOOKS:
        raise InputRefused(_("最多 %(n)s 个推送地址，请先删除一个。") % {"n": MOST_WEBHOOKS})
    secret = signing.new_secret()
    row = Webhook(user=user, url=url, made_at=now)
    row.sealed_secret = _sealed(row.pk, secret)
    row.save()
    return row, secret


def new_secret(*, actor: Actor, webhook_id: UUID) -> tuple[Webhook, str]:
    """Return the address with a new secret; the one before signs nothing more. Raises: NotPermitted, NotFound."""
    row, secret = _own(actor, webhook_id), signing.new_secret()
    row.sealed_secret = _sealed(row.pk, secret)
    row.save(update_fields=["sealed_secret"])
    return row, secret


@transaction.atomic
def test_webhook(*, actor: Actor, webhook_id: UUID, now: datetime) -> WebhookDelivery:
    """Let a test message be sent. Raises: NotPermitted, NotFound, InputRefused."""
    row = _own(actor, webhook_id)
    if row.stopped_at is not None:
        raise InputRefused(_("这个地址已停止推送，请先恢复。"))
    waiting = row.deliveries.filter(happening__isnull=True, state=DeliveryState.WAITING).count()
    if waiting >= _TESTS_WAITING:
        raise InputRefused(_("测试消息还在排队，请稍后看结果。"))
    return WebhookDelivery.objects.create(webhook=row, next_try_at=now, made_at=now)


def stop(*, actor: Actor, webhook_id: UUID, now: datetime) -> None:
    """Send it nothing more; what waits goes on waiting. Raises: NotPermitted, NotFound."""
    row = _own(actor, webhook_id)
    row.stopped_at = row.stopped_at or now
    row.save(update_fields=["stopped_at"])


@transaction.atomic
def restart(*, actor: Actor, webhook_id: UUID, now: datetime) -> None:
    """Send to it again, first what waits and what it never got. Raises: NotPermitted, NotFound."""
    row = _own(actor, webhook_id)
    row.stopped_at, row.stopped_why = None, ""
    row.save(update_fields=["stopped_at", "stopped_why"])
    unsent = row.deliveries.exclude(state=DeliveryState.SENT)
    unsent.update(state=DeliveryState.WAITING, attempts=0, next_try_at=now, finished_at=None)


def drop_webhook(*, actor: Actor, webhook_id: UUID) -> None:
    """Forget an address with its log. Raises: NotPermitted, NotFound."""
    _own(actor, webhook_id).delete()


def secret_of(row: Webhook) -> str:
    """Return the secret to sign with. Raises: KeyringError."""
    return keys.keyring().open(bytes(row.sealed_secret), context=f"webhook:{row.pk}").decode()


def _sealed(pk: UUID, secret: str) -> bytes:
    return keys.keyring().seal(secret.encode(), context=f"webhook:{pk}")


def _own(actor: Actor, webhook_id: UUID) -> Webhook:
    row = webhooks_of(actor).filter(pk=webhook_id).first()
    if row is None:
        raise NotFound(webhook_id)
    return row
