"""The rejected rows of a run: a page of them with masked values, or all of them whole for their owner to mend.

Whole rows are full of identity numbers. They are opened only for the download, which only the owner's people get and
which is written into the run's history.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import msgspec

from haihe.base.keys.api import keyring
from haihe.data.exchange import lake, places
from haihe.data.exchange.checking import Problem
from haihe.data.exchange.engine import duck, text
from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.reasons import Reason
from haihe.data.exchange.rules import Column, Personal, RegisterSchema
from haihe.data.exchange.staging import RejectedSource, raw_context
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


def rejects_of(run: FeedRun, *, code: str = "", offset: int = 0, limit: int | None = None) -> Iterator[Reject]:
    """Return a run's rejects by line, of one primary reason or all.

    The file is proved before this returns. Raises: SnapshotDamaged.
    """
    if not run.folder:
        return iter(())
    folder = places.data_dir() / run.folder
    file = lake.checked_file(folder, lake.REJECTS, manifest_sha256=run.manifest_sha256)
    return _read(run, file, {"code": code, "offset": offset, "most": _ALL if limit is None else limit})


def _read(run: FeedRun, file: Path, chosen: dict[str, str | int]) -> Iterator[Reject]:
    with duck(places.data_dir() / "tmp") as connection:
        yield from _opened(connection.execute(_query(file), chosen), run)


def _query(file: Path) -> str:
    # The only text put into the query is our own file's quoted path.
    return (
        f"SELECT line, problems, sealed_source FROM read_parquet({text(file)}) WHERE $code IN ('', code) "  # noqa: S608
        "ORDER BY line LIMIT $most OFFSET $offset"
    )


def _opened(found: duckdb.DuckDBPyConnection, run: FeedRun) -> Iterator[Reject]:
    keys = keyring()
    while rows := found.fetchmany(_AT_A_TIME):
        for line, problems, sealed in rows:
            source = keys.open(sealed, context=raw_context(run.snapshot_name, line))
            yield Reject(
                line,
                tuple(Problem(*problem) for problem in json.loads(problems)),
                msgspec.json.decode(source, type=RejectedSource),
            )


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
