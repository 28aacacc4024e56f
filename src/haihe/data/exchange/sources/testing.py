"""What tests of sources use: a source of the relief register in each way, and time that goes on for dropped files."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from haihe.base.accounts.api import Actor
from haihe.data.exchange.models import FeedRun, RunState
from haihe.data.exchange.operations.process import process_run
from haihe.data.exchange.places import data_dir
from haihe.data.exchange.sources.models import Source, SourceRun
from haihe.data.exchange.sources.operations.fetching import fetch
from haihe.data.exchange.sources.operations.keeping import add_source
from haihe.data.exchange.sources.operations.starting import fetch_now
from haihe.data.exchange.testing import RELIEF, TITLES, id_number, row


def folder_source(steward: Actor, *, now: datetime, **settings: Any) -> Source:
    """A source of dropped files that are finished by a marker, so that no test waits for them to lie still."""
    return add_source(
        steward,
        resource=RELIEF,
        title="投放",
        connector="folder",
        settings={"finished": "marker"} | settings,
        secret={},
        now=now,
    )


def drop(content: bytes, name: str = "救助.csv", *, at: datetime, owner: str = "120012") -> Path:
    """Put a finished file into the owner's folder, as if it was written then."""
    folder = data_dir() / "drop" / owner
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_bytes(content)
    (folder / f"{name}.ok").touch()
    os.utime(file, (at.timestamp(), at.timestamp()))
    return file


def run_once(run: SourceRun, *, now: datetime) -> SourceRun:
    """Do what the worker does: make the try, and check what it brought."""
    fetch(run.pk, now=now)
    run.refresh_from_db()
    if run.feed_run and FeedRun.objects.filter(pk=run.feed_run, state=RunState.RECEIVED).exists():
        process_run(run.feed_run, now=now + timedelta(seconds=1))
    run.refresh_from_db()
    return run


def fetched(steward: Actor, source_id: UUID, *, now: datetime) -> SourceRun:
    """Fetch a source to its end by hand."""
    return run_once(fetch_now(steward, source_id, now=now), now=now)


def relief_table(rows: int, *, first: int = 0) -> list[str]:
    """Return statements that make a department's table of that many good rows, its columns called as the register's."""
    columns = ", ".join(f"{_quoted(title)} VARCHAR(60)" for title in TITLES)
    values = ", ".join(f"({_cells(row(id_number(serial)))}, {serial})" for serial in range(first, first + rows))
    return [
        "DROP TABLE IF EXISTS relief_source",
        f"CREATE TABLE relief_source ({columns}, xh BIGINT)",
        f"INSERT INTO relief_source VALUES {values}",  # noqa: S608 - a test's own rows
    ]


def _quoted(title: str) -> str:
    # Both databases take these names plain.
    return title


def _cells(cells: list[str]) -> str:
    return ", ".join("'" + cell.replace("'", "''") + "'" for cell in cells)
