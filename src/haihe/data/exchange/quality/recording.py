"""Writing down what the columns of a file mean."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.db import transaction

from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.quality.drift import MappedColumn
from haihe.data.exchange.quality.models import ColumnMapping, MappingBasis, QualityReport


def record_mapping(
    run: FeedRun, columns: Sequence[MappedColumn], *, basis: MappingBasis, by: str, now: datetime
) -> ColumnMapping:
    """Add the next mapping of the run's resource, within the caller's transaction."""
    last = ColumnMapping.objects.select_for_update().filter(resource=run.resource).first()
    return ColumnMapping.objects.create(
        resource=run.resource,
        owner=run.owner,
        number=last.number + 1 if last else 1,
        basis=basis,
        columns=msgspec.to_builtins(list(columns)),
        run=run,
        confirmed_at=now,
        confirmed_by=by,
    )


@transaction.atomic
def record_first_shape(report: QualityReport, *, now: datetime) -> None:
    """Agree on the columns of the first file that is used: their titles are those of the confirmed rules."""
    if report.mapping is None and not ColumnMapping.objects.filter(resource=report.resource).exists():
        columns = msgspec.convert(report.columns, type=list[MappedColumn])
        report.mapping = record_mapping(report.run, columns, basis=MappingBasis.TITLES, by="", now=now)
        report.save(update_fields=["mapping"])
