"""A new snapshot of an open dataset becomes a new version, if the gate lets it."""

from datetime import datetime

from django.db import transaction

from haihe.base.accounts.api import SYSTEM
from haihe.data.open.models import Dataset, DatasetVersion
from haihe.data.open.operations.making import make_version
from haihe.data.open.operations.moving import new_version
from haihe.data.open.operations.recording import make_move
from haihe.data.open.sources import source_of
from haihe.data.open.workflow import DatasetState


def renew(code: str, *, now: datetime) -> bool:
    """Make a version of the entry's current snapshot, once; false where there is nothing new. Raises: NoTable."""
    with transaction.atomic():
        row = Dataset.objects.select_for_update().filter(code=code, state=DatasetState.PUBLISHED).first()
        if row is None:
            return False
        source = source_of(code)
        if DatasetVersion.objects.filter(dataset=row, snapshot=source.snapshot).exists():
            return False
        version = new_version(row, source, now)
        make_move(row, SYSTEM, "renew", now=now, facts={"version": version.number})
    return make_version(version.pk, now=now)
