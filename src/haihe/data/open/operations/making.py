"""Make the files of a version that waits: rows, masks, the gate, and then it serves. Harmless to run twice."""

import logging
import shutil
from collections.abc import Collection
from datetime import datetime
from time import monotonic
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM
from haihe.data.open import places
from haihe.data.open.columns import written
from haihe.data.open.errors import NoTable
from haihe.data.open.events import announce_version
from haihe.data.open.models import Dataset, DatasetVersion, VersionState
from haihe.data.open.operations.checking import keep
from haihe.data.open.operations.looking import Looked, look
from haihe.data.open.operations.recording import make_move
from haihe.data.open.sources import Source, source_of
from haihe.data.open.store import BuildTrouble, ColumnsTrouble
from haihe.data.open.storing import Told, store
from haihe.data.open.workflow import DatasetState

SMALL: Final = 50_000
"""Rows that are made into a version while somebody waits; more is the worker's."""
BY_WHOM: Final = "SYSTEM"
_log = logging.getLogger("haihe.open")


def build_waiting(*, now: datetime, limit: int = 0, of: Collection[str] = ()) -> int:
    """Make the versions that wait, oldest first; return how many were made.

    All of them, or so many, or those of the datasets named.
    """
    waiting = DatasetVersion.objects.filter(state=VersionState.WAITING).order_by("made_at", "pk")
    if of:
        waiting = waiting.filter(dataset__slug__in=of)
    numbers = list(waiting.values_list("pk", flat=True)[: limit or None])
    return sum(make_version(number, now=now) for number in numbers)


@transaction.atomic
def make_version(pk: int, *, now: datetime) -> bool:
    """Make one version; false where it waits no more, another is at it, or one before it waits: none overtakes another.

    Whoever suspends the dataset meanwhile waits for nothing.
    """
    waiting = DatasetVersion.objects.select_for_update(skip_locked=True, of=("self",)).select_related("dataset")
    version = waiting.filter(pk=pk, state=VersionState.WAITING).first()
    if version is None:
        return False
    row = version.dataset
    if row.versions.filter(state=VersionState.WAITING, number__lt=version.number).exists():
        return False
    began = monotonic()
    try:
        source = source_of(row.code, snapshot=version.snapshot)
        looked = look(row, source)
    except NoTable as none:
        _hold(version, now, none.message)
        return False
    run = keep(row, source.snapshot, looked.report, by=BY_WHOM, began=began, now=now)
    if not looked.report.passed:
        _hold(version, now, "", gate_run=run.pk)
        return False
    try:
        _serve(version, looked, source, now)
    except (BuildTrouble, ColumnsTrouble) as trouble:
        _log.error("%s can't be made into files: %s", version, trouble)
        _hold(version, now, _("数据不能做成文件，请检查信息项的名称和值；详情见系统日志。"), gate_run=run.pk)
        return False
    return True


def _serve(version: DatasetVersion, looked: Looked, source: Source, now: datetime) -> None:
    row = version.dataset
    before = row.versions.filter(is_current=True).first()
    version.path = places.version_folder(row.slug, version.number)
    folder = places.data_dir() / version.path
    shutil.rmtree(folder, ignore_errors=True)  # of one that died before it was written down
    stored = store(
        folder,
        looked.rows,
        columns=looked.columns,
        told=Told(
            dataset=row.slug,
            code=row.code,
            version=version.number,
            snapshot=source.snapshot,
            as_of=source.as_of.isoformat(),
            key=looked.key,
            masked=looked.masks,
        ),
        before=places.data_dir() / before.path / places.ROWS if before else None,
    )
    version.rows, version.size_bytes, version.sha256 = stored.rows, stored.size_bytes, stored.sha256
    version.added, version.removed, version.changed = stored.added, stored.removed, stored.changed
    version.columns = written(looked.columns)
    version.masked = [
        {"column": one.column, "title": one.title, "title_en": one.title_en, "method": one.method}
        | {"reason": one.reason, "reason_en": one.reason_en}
        for one in looked.masks
    ]
    version.state, version.published_at, version.is_current = VersionState.READY, now, True
    row.versions.filter(is_current=True).update(is_current=False)
    version.save()
    Dataset.objects.filter(pk=row.pk).update(rows=stored.rows, updated_at=now)
    announce_version(row, version)


def _hold(version: DatasetVersion, now: datetime, why: str, **facts: int) -> None:
    """Keep a version back: what served before goes on serving, and the steward is told."""
    version.state = VersionState.HELD
    version.save(update_fields=["state"])
    row = Dataset.objects.select_for_update().get(pk=version.dataset_id)
    if row.state == DatasetState.PUBLISHED:
        make_move(row, SYSTEM, "hold_back", now=now, words=why, facts={"version": version.number, **facts})
