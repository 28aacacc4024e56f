"""Ask for conditional data, accept what was agreed, and choose which keys read it: what of it is this room's."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.data.open.errors import InputRefused, NotNow
from haihe.data.open.models import AccessKey, UseKind
from haihe.data.open.operations.registering import note
from haihe.data.open.queries_keys import developer_of, key_for
from haihe.data.sharing import api as sharing


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the form of an application says."""

    use: str = ""
    purpose: str = ""
    storage: str = ""
    readers: str = ""
    deletion: str = ""
    months: int = 12
    columns: tuple[str, ...] = ()
    token: UUID


def ask(*, actor: Actor, slug: str, asked: Asked, now: datetime) -> str:
    """Hand in an application in the developer's name; return its number.

    Raises: NotFound (not registered, or nothing to apply for), InputRefused, sharing's errors.
    """
    developer = developer_of(actor)
    if asked.use not in UseKind.values:
        raise InputRefused(_("请选择用途。"))
    request = sharing.OpeningRequest(
        dataset=slug,
        holder=developer.holder,
        credit_code=developer.credit_code,
        use=asked.use,
        purpose=asked.purpose,
        storage=asked.storage,
        readers=asked.readers,
        deletion=asked.deletion,
        months=asked.months,
        columns=asked.columns,
        token=asked.token,
    )
    return sharing.apply_for_data(actor=actor, request=request, now=now)


@transaction.atomic
def accept(*, actor: Actor, number: str, key_id: UUID, now: datetime, seen: int | None = None) -> None:
    """Accept the agreement, and let one of one's keys read by it. Raises: NotFound, NotNow, sharing's errors."""
    sharing.move_application(actor=actor, number=number, name="accept_agreement", now=now, seen=seen)
    _let_read(actor, key_id, sharing.opening(actor, number).dataset, now)


@transaction.atomic
def choose_datasets(*, actor: Actor, key_id: UUID, slugs: tuple[str, ...], now: datetime) -> None:
    """Say which of the granted datasets a key reads; the others it doesn't, from the next second on.

    Raises: NotFound, NotNow, InputRefused.
    """
    row, developer = _own(actor, key_id, now), developer_of(actor)
    granted = {info.dataset for info in sharing.grants_in_force(developer.user, now=now)}
    if not set(slugs) <= granted:
        raise InputRefused(_("只能选择已经获准使用的数据。"))
    row.datasets = sorted(slugs)
    row.save(update_fields=["datasets"])
    note(
        developer,
        actor,
        "choose_datasets",
        now=now,
        words=row.name,
        facts={"key": str(row.id), "datasets": row.datasets},
    )


def _let_read(actor: Actor, key_id: UUID, slug: str, now: datetime) -> None:
    row = _own(actor, key_id, now)
    granted = tuple({*(row.datasets or []), slug})
    in_force = {info.dataset for info in sharing.grants_in_force(developer_of(actor).user, now=now)}
    choose_datasets(actor=actor, key_id=key_id, slugs=tuple(name for name in granted if name in in_force), now=now)


def _own(actor: Actor, key_id: UUID, now: datetime) -> AccessKey:
    row = AccessKey.objects.select_for_update().get(pk=key_for(actor, key_id).pk)
    if row.owner != actor.user_id or not row.serves(now):
        raise NotNow(_("请选择一把有效的密钥。"))
    return row
