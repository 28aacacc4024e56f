"""`haihe bench exchange`: files to published snapshots, beside DuckDB's bare COPY; rows to the gateway's index."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from haihe.cli.benchmark import nodes
from haihe.cli.benchmark.instance import start_database
from haihe.cli.benchmark.nodes import Nodes
from haihe.cli.benchmark.pages import set_up
from haihe.launch.screen import Screen
from haihe.launch.services import PYTHON

if TYPE_CHECKING:
    from haihe.data.exchange.demo.made_up_files import MadeUp

_COPY = """
import duckdb, sys, time
started, spent = time.perf_counter(), time.process_time()
connection = duckdb.connect()
connection.execute("SET enable_progress_bar = false")
connection.execute(f"COPY (FROM read_csv('{sys.argv[1]}')) TO '{sys.argv[2]}' (FORMAT parquet)")
print(time.perf_counter() - started, time.process_time() - spent)
"""


@dataclass(frozen=True, slots=True)
class Ingest:
    """From handing a file in to the switch. Ratios are DuckDB's bare COPY's seconds (of the faster of two) to ours."""

    rows: int
    file_mb: float
    seconds: float
    cpu_s: float
    rss_mb: float
    ratio_to_duckdb_copy: float
    cpu_ratio_to_duckdb_copy: float
    duckdb_copy_s: float
    rows_rejected: int


@dataclass(frozen=True, slots=True)
class Index:
    """From a snapshot's Parquet to an index on the disk that a gateway answers from."""

    rows: int
    seconds: float
    cpu_s: float
    rss_mb: float
    size_mb: float


@dataclass(frozen=True, slots=True)
class Result:
    """`ingest` is of a table about no persons; `persons` of one with, its index for the gateway among the work.

    `nodes` is of a table that goes through two nodes into another.
    """

    ingest: Ingest
    persons: Ingest
    index: Index
    nodes: Nodes


@dataclass(frozen=True, slots=True)
class _Spent:
    seconds: float
    cpu_s: float
    rss_mb: float


def run(*, rows: int, persons: int, indexed: int, through_nodes: int, screen: Screen) -> Result:
    """Measure on an installation of its own. Raises: RuntimeError where a row isn't accounted for."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="haihe-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        with screen.step("database and tables 数据库"):
            set_up(start_database(stack, folder), folder)
            from haihe.data.exchange.demo import RELIEF, made_up_files

            made_up_files.confirm_rules(now=datetime.now(UTC))
        ingest = _ingest(folder, made_up_files.BUSINESSES.resource, made_up_files.write_businesses, rows, screen)
        of_persons = _ingest(folder, RELIEF, made_up_files.write_persons, persons, screen)
        with screen.step(f"index of {indexed:,} rows 索引"):
            index = _index(folder, indexed)
    return Result(ingest, of_persons, index, nodes.apart(through_nodes, screen=screen))


def _ingest(folder: Path, resource: str, write: "Callable[[Path, int], MadeUp]", rows: int, screen: Screen) -> Ingest:
    with screen.step(f"{rows:,} rows of {resource} 造数"):
        made = write(folder / "made.csv", rows)
    with screen.step("DuckDB COPY"):
        copies = [_copy(made.path, folder)]
    with screen.step("feed 报送"):
        spent, rejected = _feed(resource, made)
    with screen.step("DuckDB COPY"):
        copies.append(_copy(made.path, folder))
    seconds, cpu_s = (min(each) for each in zip(*copies, strict=True))
    megabytes = made.path.stat().st_size / 1e6
    made.path.unlink()
    return Ingest(
        rows=made.rows,
        file_mb=round(megabytes, 1),
        seconds=round(spent.seconds, 2),
        cpu_s=round(spent.cpu_s, 2),
        rss_mb=round(spent.rss_mb, 1),
        ratio_to_duckdb_copy=round(seconds / spent.seconds, 3),
        cpu_ratio_to_duckdb_copy=round(cpu_s / spent.cpu_s, 3),
        duckdb_copy_s=round(seconds, 2),
        rows_rejected=rejected,
    )


def _copy(file: Path, folder: Path) -> tuple[float, float]:
    """Let DuckDB copy the file in a process of its own; return wall and processor seconds."""
    target = folder / "copy.parquet"
    command = [*PYTHON[:1], "-c", _COPY, str(file), str(target)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own program
    target.unlink()
    seconds, cpu_s = map(float, done.stdout.split())
    return seconds, cpu_s


def _feed(resource: str, made: "MadeUp") -> tuple[_Spent, int]:
    from haihe.base.accounts.api import Actor, Role
    from haihe.data.exchange import api as exchange

    steward = Actor(user_id=None, name="bench", roles=frozenset({(Role.STEWARD, resource.split("/")[0])}))

    def hand_in() -> exchange.FeedRunInfo:
        with made.path.open("rb") as content:
            now = datetime.now(UTC)
            return exchange.receive_file(steward, resource, made.path.name, content, now=now, inline=True)

    run, spent = _measured(hand_in)
    if run.state != "PUBLISHED" or (run.rows_in, run.rows_rejected) != (made.rows, made.dirty):
        raise RuntimeError(
            f"{run.state}: {run.rows_in} rows, {run.rows_rejected} rejected {run.reasons}: {run.outcome}"
        )
    return spent, run.rows_rejected


def _index(folder: Path, rows: int) -> Index:
    from haihe.data.exchange.demo import made_up_snapshot

    work = folder / "made_up"
    files = made_up_snapshot.write(work, rows)
    target = work / "index"
    size, spent = _measured(lambda: made_up_snapshot.build(files, target, now=datetime.now(UTC)))
    if size.entries != rows or not made_up_snapshot.is_found(target, rows):
        raise RuntimeError(f"{size.entries} entries of {rows}")
    megabytes = (target / "data.mdb").stat().st_size / 1e6
    return Index(rows, round(spent.seconds, 2), round(spent.cpu_s, 2), round(spent.rss_mb, 1), round(megabytes, 1))


def _measured[Made](work: Callable[[], Made]) -> tuple[Made, _Spent]:
    # Begins the peak of memory anew.
    Path("/proc/self/clear_refs").write_text("5")
    started, spent = time.perf_counter(), time.process_time()
    made = work()
    return made, _Spent(time.perf_counter() - started, time.process_time() - spent, _peak_mb())


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024
