"""What became of some of the demo's datasets: one has three versions, two are suspended, one is withdrawn; and what
people of society asked for, in every state that an application can have. All by the people's own operations.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils import timezone

from haihe.base.accounts.api import SYSTEM, actor_for
from haihe.data.open import operations
from haihe.data.open.demo.asking import plant_applications
from haihe.data.open.demo.plant import lay_down
from haihe.data.open.demo.registry import former
from haihe.data.open.demo.revising import REVISED, REVISIONS, day_of
from haihe.data.open.demo.source import made_up, snapshot_name
from haihe.data.open.models import Dataset
from haihe.data.open.operations.moving import new_version
from haihe.data.open.operations.recording import make_move

_APPROVER: Final = "approver_mzj"
_ENDED: Final = (
    ("relief-stations", "suspend", "部分站点的坐标与实际位置不符，核对后恢复。", timedelta(days=4)),
    ("allowance-offices", "suspend", "受理点正在调整，新名单公布后恢复。", timedelta(days=6)),
    ("street-name-signs", "withdraw", "并入“标准地名”，不再单独提供。", timedelta(days=9)),
)
_USED: Final = "social-organisations"
"""Open on conditions and in use: its files are made at once too, so that a key can read from the first minute on."""
_OPENED: Final = timedelta(days=150)
"""So long before, those that ended were opened."""


def plant(*, scale: float, now: datetime, progress: Callable[[str, float], None]) -> None:
    """Plant it once, after the datasets; without the cast, as in some tests, nothing."""
    if Dataset.objects.filter(slug__in=former()).exists():
        return
    try:
        approver = actor_for(_APPROVER, now=now)
    except ObjectDoesNotExist:
        return
    progress("版本", 0.1)
    _renew(now)
    operations.make_version(Dataset.objects.get(slug=_USED).versions.get().pk, now=now)
    with transaction.atomic():
        lay_down(list(former().values()), scale=scale, now=now - _OPENED, progress=lambda what, share: None)
        progress("使用申请", 0.5)
        plant_applications(now=now)
        for slug, name, words, ago in _ENDED:
            operations.move(actor=approver, slug=slug, name=name, words=words, now=now - ago)


def _renew(now: datetime) -> None:
    """Make the versions of one dataset at once, so that it can be seen what changed before the worker comes to it."""
    row = Dataset.objects.get(slug=REVISED)
    today = timezone.localdate(now)
    days = [day_of(revision, today) for revision in range(1, REVISIONS + 1)]
    snapshots = [snapshot_name(row.rows, day, revision) for revision, day in enumerate(days, start=1)]
    first = row.versions.get()
    first.snapshot, first.made_at = snapshots[0], now - (today - days[0])
    first.as_of = datetime.combine(days[0], datetime.min.time(), tzinfo=now.tzinfo)
    first.save()
    Dataset.objects.filter(pk=row.pk).update(published_at=first.made_at)
    operations.make_version(first.pk, now=first.made_at)
    for snapshot, day in zip(snapshots[1:], days[1:], strict=True):
        at = now - (today - day)
        with transaction.atomic():
            locked = Dataset.objects.select_for_update().get(pk=row.pk)
            source = made_up(row.code, snapshot)
            if source is None:
                raise RuntimeError(f"the demo has no rows for {snapshot}")
            version = new_version(locked, source, at)
            make_move(locked, SYSTEM, "renew", now=at, facts={"version": version.number})
        operations.make_version(version.pk, now=at)
