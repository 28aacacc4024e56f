"""Publish a dataset, send it back, suspend, resume or withdraw it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.data.open.errors import NotNow
from haihe.data.open.events import announce
from haihe.data.open.models import Dataset, DatasetVersion
from haihe.data.open.operations.making import SMALL, make_version
from haihe.data.open.operations.recording import locked, make_move
from haihe.data.open.sources import Source, source_of
from haihe.data.open.workflow import BY_HAND, DatasetState
from haihe.data.sharing import api as sharing


def move(*, actor: Actor, slug: str, name: str, now: datetime, words: str = "") -> None:
    """Make one move of the workflow. Publishing makes the first version: at once where it is small, else by the worker.

    Raises: NotFound, NotPermitted, NotNow, InputRefused, NoTable.
    """
    if name not in BY_HAND:
        raise NotPermitted(f"{name} is no button")
    version = None
    with transaction.atomic():
        row = locked(actor, slug)
        if name == "publish":
            version = _publish(row, actor, now)
        make_move(row, actor, name, now=now, words=words)
        announce(row, name, now=now)
        if row.state == DatasetState.WITHDRAWN:
            sharing.end_applications_for(slug, words=words, now=now)
    if version is not None and version.rows <= SMALL:
        make_version(version.pk, now=now)


def _publish(row: Dataset, actor: Actor, now: datetime) -> DatasetVersion:
    if actor.user_id is not None and actor.user_id == row.proposed_by:
        raise NotPermitted("who proposed it doesn't publish it")
    seen = row.gate_runs.first()
    source = source_of(row.code)
    if seen is None or not seen.passed or seen.snapshot != source.snapshot:
        raise NotNow(_("检查之后数据已经更新，请数据专员重新检查后再发布。"))
    row.published_at, row.rows = now, source.rows
    return new_version(row, source, now)


def new_version(row: Dataset, source: Source, now: datetime) -> DatasetVersion:
    """Put down that there is to be a version of this state of the rows."""
    last = row.versions.first()
    return DatasetVersion.objects.create(
        dataset=row,
        number=last.number + 1 if last else 1,
        snapshot=source.snapshot,
        as_of=source.as_of,
        made_at=now,
        rows=source.rows,
    )
