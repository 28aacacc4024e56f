"""Writing down what the columns of a file mean."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.quality.drift import MappedColumn
from haihe.data.exchange.quality.models import ColumnMapping, MappingBasis, QualityReport


def record_mapping(
    run: FeedRun, columns: Sequence[MappedColumn], *, basis: MappingBasis, by: str, now: datetime
) -> ColumnMapping:
    """Add the next mapping of the run's resource, within the caller's transaction."""
    return add_mapping(run.resource, run.owner, columns, basis=basis, by=by, now=now, run=run)


def add_mapping(
    resource: str,
    owner: str,
    columns: Sequence[MappedColumn],
    *,
    basis: MappingBasis,
    by: str,
    now: datetime,
    run: FeedRun | None = None,
) -> ColumnMapping:
    """Add the next mapping of a resource, within the caller's transaction; without a run, the newest one may be it."""
    last = ColumnMapping.objects.select_for_update().filter(resource=resource).first()
    said = msgspec.to_builtins(list(columns))
    if run is None and last is not None and _same(last.columns, said):
        return last
    return ColumnMapping.objects.create(
        resource=resource,
        owner=owner,
        number=last.number + 1 if last else 1,
        basis=basis,
        columns=said,
        run=run,
        confirmed_at=now,
        confirmed_by=by,
    )


def _same(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> bool:
    """How much of the content was of its kind is no part of what was agreed on."""
    return [(each["title"], each["field"]) for each in one] == [(each["title"], each["field"]) for each in other]


@transaction.atomic
def record_first_shape(report: QualityReport, *, now: datetime) -> None:
    """Agree on the columns of the first file that is used: their titles are those of the confirmed rules."""
    if report.mapping is None and not ColumnMapping.objects.filter(resource=report.resource).exists():
        columns = msgspec.convert(report.columns, type=list[MappedColumn])
        report.mapping = record_mapping(report.run, columns, basis=MappingBasis.TITLES, by="", now=now)
        report.save(update_fields=["mapping"])
