"""The rejected rows of a run: a page of them with masked values, or all of them whole for their owner to mend.

Whole rows are full of identity numbers. They are opened only for the download, which only the owner's people get and
which is written into the run's history.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import msgspec

from haihe.base.keys.api import keyring
from haihe.data.exchange import lake, places
from haihe.data.exchange.checking import Problem
from haihe.data.exchange.data_keys import data_key
from haihe.data.exchange.encrypted import open_reader
from haihe.data.exchange.engine import duck, text
from haihe.data.exchange.format_1 import RejectedSource, raw_context
from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.reasons import Reason
from haihe.data.exchange.rules import Column, Personal, RegisterSchema
from haihe.kernel.masking import mask_id_number, mask_name
from haihe.kernel.spreadsheet import csv_line, guarded

_AT_A_TIME = 500
_NO_ROWS_OF_ANYBODY = {Reason.SUMMARY_ROW, Reason.REPEATED_HEADER}
_ALL = 2**60
_LONGEST_SHOWN = 40
_LONG_NUMBER = re.compile(r"[0-9０-９]{11,}[0-9XxＸ]?")


@dataclass(frozen=True, slots=True)
class Reject:
    """One rejected row: all its problems, and what stood there (plain: mind who sees it)."""

    line: int
    problems: tuple[Problem, ...]
    source: RejectedSource


@dataclass(frozen=True, slots=True)
class MaskedCell:
    title: str
    value: str


def rejects_of(
    run: FeedRun, *, code: str = "", offset: int = 0, limit: int | None = None, file_name: str = lake.REJECTS
) -> Iterator[Reject]:
    """Return a run's rejects by line, of one primary reason or all; or the rows of another file made like theirs.

    The file is proved before this returns. Raises: SnapshotDamaged.
    """
    if not run.folder:
        return iter(())
    folder = places.data_dir() / run.folder
    file = lake.checked_file(folder, file_name, manifest_sha256=run.manifest_sha256)
    most = _ALL if limit is None else limit
    if (number := lake.manifest_of(folder).get("data_key")) is None:
        return _read_format_1(run, file, {"code": code, "offset": offset, "most": most})
    key = data_key(run.resource, number).file_key(run.snapshot_name, file_name)
    return islice(_read(file, key, code), offset, offset + most)


def _read(file: Path, key: bytes, code: str) -> Iterator[Reject]:
    with open_reader(file, key=key) as rejects:
        for batch in rejects.iter_batches(batch_size=_AT_A_TIME, columns=["line", "code", "problems", "raw", "cells"]):
            for row in batch.to_pylist():
                if code in ("", row["code"]):
                    yield Reject(row["line"], _problems(row["problems"]), RejectedSource(row["raw"], row["cells"]))


def _problems(told: str) -> tuple[Problem, ...]:
    return tuple(Problem(*problem) for problem in json.loads(told))


def _read_format_1(run: FeedRun, file: Path, chosen: dict[str, str | int]) -> Iterator[Reject]:
    # The only text put into the query is our own file's quoted path.
    query = (
        f"SELECT line, problems, sealed_source FROM read_parquet({text(file)}) WHERE $code IN ('', code) "  # noqa: S608 - names and texts quoted (engine.py)
        "ORDER BY line LIMIT $most OFFSET $offset"
    )
    keys = keyring()
    with duck(places.data_dir() / "tmp") as connection:
        found = connection.execute(query, chosen)
        while rows := found.fetchmany(_AT_A_TIME):
            for line, problems, sealed in rows:
                source = keys.open(sealed, context=raw_context(run.snapshot_name, line))
                yield Reject(line, _problems(problems), msgspec.json.decode(source, type=RejectedSource))


def masked_cells(reject: Reject, schema: RegisterSchema) -> list[MaskedCell]:
    """Return what a page may show of a reject: the cells with problems and whose row it is, masked."""
    if {problem.code for problem in reject.problems} & _NO_ROWS_OF_ANYBODY:
        return []
    told = {title for problem in reject.problems for title in problem.column.split("、")}
    whose = {Personal.SUBJECT, Personal.NAME}
    return [
        MaskedCell(column.title, _masked(column, value))
        for column, value in zip(schema.columns, reject.source.cells, strict=False)
        if column.title in told or column.personal in whose
    ]


def _masked(column: Column, value: str) -> str:
    value = value.strip()
    match column.personal:
        case Personal.NAME:
            return mask_name(value)
        case Personal.NONE:
            # A cell that slipped from its column may hold anything.
            return _LONG_NUMBER.sub(lambda found: mask_id_number(found[0]), value)[:_LONGEST_SHOWN]
        case _:
            return mask_id_number(value)


def rejects_csv(rejects: Iterator[Reject], schema: RegisterSchema) -> Iterator[str]:
    """Yield a CSV of rejects, line by line: reasons first, then the cells under their titles, to mend and hand in."""
    titles = [column.title for column in schema.columns]
    yield csv_line(["行号", "理由代码", "涉及的列", "说明", *titles, "原文（无法分列时）"])
    for reject in rejects:
        source = reject.source
        cells = source.cells or [""] * len(titles)
        yield csv_line(
            [
                str(reject.line),
                "；".join(problem.code for problem in reject.problems),
                "；".join(problem.column for problem in reject.problems if problem.column),
                "；".join(problem.sentence for problem in reject.problems),
                *(guarded(cell) for cell in cells),
                "" if source.cells else guarded(source.raw),
            ]
        )
