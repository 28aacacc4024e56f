"""Rows for whoever asks; of conditional datasets the columns that a grant names, each answer on record first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import connection

from haihe.data.open.faces.askers import Asker
from haihe.data.open.faces.stores import store_of
from haihe.data.open.models import ConditionalRead, Dataset, DatasetVersion, OpeningType
from haihe.data.open.models.reads import ReadKind
from haihe.data.open.store import NarrowStore, Store

_GRANTS = "SELECT grants -> %s FROM openreads_key WHERE id = %s"


class NotGranted(Exception):
    """The data are given on conditions, and no grant lets this asker read them now."""


class _Grant(msgspec.Struct, frozen=True):
    grant: str
    columns: tuple[str, ...]
    until: float


@dataclass(frozen=True, slots=True)
class Rows:
    """An opened version as this asker may see it. `keep` comes before any answer."""

    row: Dataset
    version: DatasetVersion
    store: Store
    asker: Asker
    grant: _Grant | None = None

    def keep(self, what: ReadKind, names: Sequence[str], rows: int, *, now: datetime) -> None:
        """Write down what is read of a conditional dataset."""
        if self.grant is None or self.asker.key is None:
            return
        ConditionalRead.objects.create(
            at=now,
            dataset=self.row.slug,
            version=str(self.version.number),
            grant=self.grant.grant,
            key=self.asker.key.pk,
            holder=self.asker.key.holder,
            what=what,
            columns=list(names),
            rows=rows,
        )


def rows_for(asker: Asker, row: Dataset, version: DatasetVersion, *, now: datetime) -> Rows:
    """Raises: NotGranted, StoreDamaged."""
    if row.opening_type != OpeningType.CONDITIONAL:
        return Rows(row, version, store_of(version), asker)
    grant = _grant_of(asker, row)
    if grant is None or now.timestamp() >= grant.until:
        raise NotGranted(row.slug)
    store = store_of(version)
    if {column.name for column in store.columns} <= set(grant.columns):
        return Rows(row, version, store, asker, grant)
    return Rows(row, version, NarrowStore(store, grant.columns), asker, grant)


def _grant_of(asker: Asker, row: Dataset) -> _Grant | None:
    if asker.key is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_GRANTS, [row.slug, asker.key.pk])
        (told,) = cursor.fetchone() or (None,)
    return None if told is None else msgspec.json.decode(told, type=_Grant)
