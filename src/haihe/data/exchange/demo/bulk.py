"""Publish many small registers of the demo at once, through the exchange's own passes, in a few statements.

What reading, checking, keying, encrypting and indexing make of the rows is what they make of any department's; only the
measuring of quality is left out, and the rows of all runs are written together.
"""

import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from os import urandom
from typing import IO, Final
from uuid import uuid4

import pyarrow as pa
from django.db import transaction

from haihe.base.keys.api import keyring
from haihe.data.exchange import ingest, lake, places
from haihe.data.exchange.demo.made_up_files import id_numbers
from haihe.data.exchange.formats import FORMATS
from haihe.data.exchange.indexing import IndexSize
from haihe.data.exchange.models import UPLOAD, DataKey, FeedRun, FeedRunMove, RunState, Snapshot
from haihe.data.exchange.operations.publish import about, remove_old_indexes
from haihe.data.exchange.ownership import owner_of
from haihe.data.exchange.quality.models import RuleBasis, RuleState, RuleVersion
from haihe.data.exchange.quality.rulebook import written
from haihe.data.exchange.quality.ruleset import RuleSet, default_checks
from haihe.data.exchange.resource_keys import KEY_BYTES, ResourceKey, wrapping_context
from haihe.data.exchange.rules import Column, Kind, Personal, RegisterSchema

__all__ = ["Column", "Kind", "Personal", "RegisterSchema", "Small", "feed_many", "id_numbers"]
"""With what a register's rules are written in."""

FRESH_FOR: Final = timedelta(days=20)
_WHO: Final = "演示经办人"
_FORMAT: Final = "arrow_stream"
_MOVES: Final = (
    ("receive", RunState.RECEIVED),
    ("begin", RunState.READING),
    ("check", RunState.CHECKED),
    ("publish", RunState.PUBLISHED),
)


class NotGoodEnough(Exception):
    """Rows of a register of the demo were refused, which they are made not to be."""


@dataclass(frozen=True, slots=True)
class Small:
    """A register's rules, and its rows as text in the order of the columns."""

    schema: RegisterSchema
    rows: Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Fed:
    run: FeedRun
    checked: ingest.Checked
    size: IndexSize
    key: DataKey
    manifest_sha256: str


def feed_many(registers: Sequence[Small], *, now: datetime) -> int:
    """Publish those that have no snapshot, or an old one; return how many. Raises: NotGoodEnough."""
    codes = [one.schema.resource for one in registers]
    fresh = Snapshot.objects.filter(resource__in=codes, is_current=True, as_of__gt=now - FRESH_FOR)
    known = set(fresh.values_list("resource", flat=True))
    wanted = [one for one in registers if one.schema.resource not in known]
    keys = _keys([one.schema.resource for one in wanted], now)
    with ThreadPoolExecutor(2) as pool:
        fed = list(pool.map(lambda one: _fed(one, keys[one.schema.resource], now), wanted))
    if fed:
        _keep(fed, {one.schema.resource: one.schema for one in wanted}, now)
    return len(fed)


def _keys(resources: Sequence[str], now: datetime) -> dict[str, DataKey]:
    rows = DataKey.objects.filter(resource__in=resources, retired_at=None)
    known = {row.resource: row for row in rows}
    return known | {resource: _new_key(resource, now) for resource in resources if resource not in known}


def _new_key(resource: str, now: datetime) -> DataKey:
    wrapped = keyring().seal(urandom(KEY_BYTES), context=wrapping_context(resource, 1))
    return DataKey(resource=resource, number=1, wrapped=wrapped, created_at=now)


def _fed(register: Small, row: DataKey, now: datetime) -> _Fed:
    """Read, check, write, index and put in place; touches no database."""
    schema, ring = register.schema, keyring()
    secret = ring.open(bytes(row.wrapped), context=wrapping_context(row.resource, row.number))
    source = _Stream(_arrow(register))
    run = _run(schema, len(source.content), now)
    work = places.work_folder(run)
    checked = ingest.check_source(
        source,
        FORMATS[_FORMAT],
        schema=schema,
        keyring=ring,
        key=ResourceKey(row.resource, row.number, secret),
        snapshot=run.snapshot_name,
        work=work,
    )
    if checked.counts.rows_rejected or checked.rows != len(register.rows):
        raise NotGoodEnough(f"{schema.resource}: {checked.counts.reasons}")
    # What changed since the snapshot before is nobody's question here: the history begins with each feed.
    size = ingest.index_snapshot(checked, schema=schema, snapshot=run.snapshot_name, as_of=run.as_of, work=work)
    manifest = ingest.seal_folder(checked, schema=schema, about=about(run, now))
    lake.put_in_place(checked.folder, places.data_dir() / places.lake_folder(run))
    lake.put_in_place(work / ingest.INDEX_FOLDER, places.data_dir() / places.index_folder(run))
    lake.remove(work.parent)
    run.rows_in = run.rows_accepted = checked.rows
    run.folder, run.manifest_sha256 = places.lake_folder(run), manifest
    return _Fed(run, checked, size, row, manifest)


def _run(schema: RegisterSchema, size_bytes: int, now: datetime) -> FeedRun:
    return FeedRun(
        id=uuid4(),
        resource=schema.resource,
        owner=owner_of(schema.resource),
        connector=UPLOAD,
        format=_FORMAT,
        filename=f"{schema.title}.arrow",
        size_bytes=size_bytes,
        bytes_read=size_bytes,
        submitted_name=_WHO,
        received_at=now,
        as_of=now,
        state=RunState.PUBLISHED,
        outcome_code="PUBLISHED",
        outcome="数据已采用。",
        finished_at=now,
    )


@transaction.atomic
def _keep(fed: Sequence[_Fed], schemas: dict[str, RegisterSchema], now: datetime) -> None:
    """Make all of them current together."""
    resources = list(schemas)
    DataKey.objects.bulk_create(one.key for one in fed if one.key.pk is None)
    ruled = set(RuleVersion.objects.filter(resource__in=resources).values_list("resource", flat=True))
    RuleVersion.objects.bulk_create(_rules(schemas[code], now) for code in resources if code not in ruled)
    FeedRun.objects.bulk_create(one.run for one in fed)
    FeedRunMove.objects.bulk_create(
        FeedRunMove(run=one.run, name=name, target=target, at=now, by=_WHO if name == "receive" else "")
        for one in fed
        for name, target in _MOVES
    )
    before = Snapshot.objects.filter(resource__in=resources, is_current=True)
    old = list(before.values_list("resource", flat=True))
    before.update(is_current=False)
    Snapshot.objects.bulk_create(_snapshot(one, now) for one in fed)
    for resource in old:
        remove_old_indexes(resource, now=now)


def _rules(schema: RegisterSchema, now: datetime) -> RuleVersion:
    return RuleVersion(
        resource=schema.resource,
        owner=owner_of(schema.resource),
        number=1,
        state=RuleState.CONFIRMED,
        basis=RuleBasis.CATALOGUE,
        contents=written(RuleSet(schema=schema, checks=default_checks(schema))),
        made_at=now,
        made_by=_WHO,
        confirmed_at=now,
        confirmed_by=_WHO,
    )


def _snapshot(fed: _Fed, now: datetime) -> Snapshot:
    run = fed.run
    file = lake.manifest_of(places.data_dir() / places.lake_folder(run))["files"][lake.DATA]
    return Snapshot(
        id=run.snapshot_name,
        resource=run.resource,
        run=run,
        as_of=run.as_of,
        created_at=now,
        row_count=fed.checked.rows,
        in_doubt_count=fed.size.in_doubt,
        data_sha256=file["sha256"],
        size_bytes=file["size_bytes"],
        path=places.lake_folder(run),
        index_path=places.index_folder(run),
        is_current=True,
    )


def _arrow(register: Small) -> bytes:
    columns = register.schema.columns
    cells = zip(*register.rows, strict=True) if register.rows else ([] for _ in columns)
    arrays = [pa.array(list(column), pa.string()) for column in cells]
    table = pa.table(arrays, names=[column.title for column in columns])
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


@dataclass(frozen=True, slots=True)
class _Stream:
    """The bytes as a source that a format opens."""

    content: bytes

    def __call__(self) -> Iterator[bytes]:
        yield self.content

    def file(self) -> IO[bytes]:
        return io.BytesIO(self.content)
