"""What a page means here: for each record what it would change; and then that change, in the page's own transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from haihe.data.catalogue import api as catalogue
from haihe.data.harvest.models import Change, ExternalDataset, RemoteCatalogue
from haihe.data.harvest.reading.records import Record, Reject, differences, from_json, to_json
from haihe.data.open import api as open_data

_WRITTEN: Final = ("title", "topic", "owner", "formats", "record", "changed_at", "gone_at", "found", "ranked")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a run."""

    remote_id: str
    title: str
    change: Change
    differences: Sequence[Any] = ()
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a page's records come to: findings in order, and the rows to be written."""

    findings: list[Finding]
    rows: list[ExternalDataset]


def compare(row: RemoteCatalogue, records: Iterable[Record], rejects: Iterable[Reject], *, now: datetime) -> Taken:
    """Lay records beside what stands here. Writes nothing. The first of several with one id counts."""
    distinct = {one.remote_id: one for one in reversed(tuple(records))}
    standing = {one.remote_id: one for one in row.datasets.filter(remote_id__in=distinct).defer("found", "ranked")}
    findings: list[Finding] = []
    rows: list[ExternalDataset] = []
    for remote_id, record in reversed(distinct.items()):
        here, made = standing.get(remote_id), dataset_of(row, record, now=now)
        change, differing = _change(here, made, record)
        findings.append(Finding(remote_id, record.title, change, differing))
        if change != Change.UNCHANGED:
            rows.append(made)
    refused = {one.remote_id: one for one in rejects if one.remote_id not in distinct}
    findings += [
        Finding(one.remote_id, one.title, Change.REFUSED, (), one.reason, one.detail) for one in refused.values()
    ]
    return Taken(findings, rows)


def write(rows: list[ExternalDataset]) -> None:
    """Put down new and changed datasets; one that stands keeps its id and the day it was first seen."""
    for one in rows:
        _index(one)
    ExternalDataset.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["catalogue", "remote_id"], update_fields=list(_WRITTEN)
    )


def dataset_of(row: RemoteCatalogue, record: Record, *, now: datetime) -> ExternalDataset:
    """Return the record as a dataset of this catalogue, not saved."""
    mark = blake2b(record.remote_id.encode(), digest_size=10).hexdigest()
    return ExternalDataset(
        catalogue=row,
        remote_id=record.remote_id,
        code=f"{row.slug}:{mark}",
        title=record.title,
        topic=_topic(row, record),
        owner=str(row.owner_map.get(record.publisher, "")),
        formats=sorted({one.format for one in record.resources if one.format})[:8],
        record=to_json(record),
        first_seen_at=now,
        changed_at=now,
    )


def _change(here: ExternalDataset | None, made: ExternalDataset, record: Record) -> tuple[Change, list[Any]]:
    if here is None or here.gone_at is not None:
        return Change.NEW, []
    differing = differences(from_json(here.record), record)
    for name in ("topic", "owner"):
        before, after = getattr(here, name), getattr(made, name)
        differing += [[name, before, after]] if before != after else []
    return (Change.CHANGED if differing else Change.UNCHANGED), differing


def _topic(row: RemoteCatalogue, record: Record) -> str:
    """Return our topic for the first theme or keyword that the catalogue's map knows, or that is one of our own."""
    by_name = {topic.zh: slug for slug, topic in open_data.topics().items()}
    for word in (*record.themes, *record.keywords):
        if slug := row.topic_map.get(word) or by_name.get(word):
            return str(slug)
    return str(row.topic_map.get("*", ""))


def _index(one: ExternalDataset) -> None:
    topic = open_data.topics().get(one.topic)
    one.found, one.ranked = catalogue.document(
        codes=(one.code,),
        title=one.title,
        subject=topic.zh if topic else "",
        items=(),
        abstract=one.record["summary"],
        owner=(one.record["publisher"], one.catalogue.title),
        keywords=one.record["keywords"],
    )
