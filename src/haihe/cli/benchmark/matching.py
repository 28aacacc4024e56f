"""`haihe bench matching`: comparisons of large registers beside DuckDB's bare SQL, and linkage without ids."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from haihe.launch.screen import Screen
from haihe.launch.services import PYTHON

if TYPE_CHECKING:
    from haihe.data.matching.demo.large_registers import Sizes
    from haihe.data.matching.tables import Table

_BARE = """
import duckdb, sys, time
started, spent = time.perf_counter(), time.process_time()
connection = duckdb.connect()
connection.execute("SET enable_progress_bar = false")
connection.execute(f"COPY ({sys.argv[1]}) TO '{sys.argv[2]}' (FORMAT parquet, COMPRESSION zstd)")
print(time.perf_counter() - started, time.process_time() - spent)
print(connection.execute(f"SELECT count(*) FROM read_parquet('{sys.argv[2]}')").fetchall()[0][0])
"""
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ours and DuckDB's bare SQL in turns, the fastest of three each. The ratio is our time to DuckDB's."""

    rows: int
    matched: int
    seconds: float
    cpu_s: float
    rss_mb: float
    duckdb_s: float
    ratio_to_duckdb: float
    cpu_ratio_to_duckdb: float


@dataclass(frozen=True, slots=True)
class Linkage:
    """From raw rows to decisions at the usual thresholds; `f1` against the truth, what is left to people counting as
    not linked."""

    left: int
    right: int
    pairs: int
    linked: int
    in_review: int
    seconds: float
    prepare_s: float
    train_s: float
    score_s: float
    cpu_s: float
    rss_mb: float
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Result:
    cross_check: Comparison
    full_join: Comparison
    linkage: Linkage


def run(*, sizes: "Sizes", left: int, right: int, screen: Screen) -> Result:
    """Measure in a folder of its own. Raises: RuntimeError where ours and DuckDB's answers differ."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="haihe-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        _set_up_django()
        from haihe.data.matching.demo import large_registers

        with screen.step(f"registers of {sizes.resident:,} residents 造数"):
            tables = large_registers.write_registers(folder, sizes)
        cross_check = _comparison("cross_check", sizes.relief, tables, folder, screen)
        full_join = _comparison("full_join", sizes.resident, tables, folder, screen)
        return Result(cross_check, full_join, _linkage(left, right, folder, screen))


def _comparison(name: str, rows: int, tables: "dict[str, Table]", folder: Path, screen: Screen) -> Comparison:
    from haihe.data.matching.demo import large_registers

    ours, bare = [], []
    sql = large_registers.bare_sql(name, folder)
    with screen.step(f"{name}, {_ROUNDS} rounds 比对"):
        for place in range(_ROUNDS):
            work = folder / f"{name}-{place}"
            work.mkdir()
            judged, *spent = _measured(partial(large_registers.run, name, tables, work))
            seconds, cpu_s, matched = _bare(sql, work / "bare.parquet")
            ours.append(spent)
            bare.append((seconds, cpu_s))
            if large_registers.matched(judged) != matched or sum(judged.counts.values()) != rows:
                raise RuntimeError(f"{name}: {dict(judged.counts)}, DuckDB {matched} of {rows}")
    seconds, cpu_s, _ = (min(each) for each in zip(*ours, strict=True))
    bare_s, bare_cpu_s = (min(each) for each in zip(*bare, strict=True))
    return Comparison(
        rows=rows,
        matched=matched,
        seconds=round(seconds, 3),
        cpu_s=round(cpu_s, 3),
        rss_mb=round(max(spent[2] for spent in ours), 1),
        duckdb_s=round(bare_s, 3),
        ratio_to_duckdb=round(seconds / bare_s, 3),
        cpu_ratio_to_duckdb=round(cpu_s / bare_cpu_s, 3),
    )


def _bare(sql: str, target: Path) -> tuple[float, float, int]:
    """Let DuckDB answer in a process of its own; return wall and processor seconds and its rows."""
    done = subprocess.run(  # noqa: S603 - our own program
        [*PYTHON[:1], "-c", _BARE, sql, str(target)], check=True, capture_output=True, text=True
    )
    seconds, cpu_s, rows = done.stdout.split()
    target.unlink()
    return float(seconds), float(cpu_s), int(rows)


def _linkage(left: int, right: int, folder: Path, screen: Screen) -> Linkage:
    from haihe.data.matching.demo import linking

    with screen.step(f"{left:,} and {right:,} made-up records 造数"):
        made = linking.make(left, right, both=left * 3 // 5)
    with screen.step("linkage without identity numbers 关联"):
        found, seconds, cpu_s, rss_mb = _measured(lambda: linking.link(made, folder))
    return Linkage(
        left=left,
        right=right,
        pairs=found.pairs,
        linked=found.linked,
        in_review=found.in_review,
        seconds=round(seconds, 2),
        prepare_s=found.seconds["prepare"],
        train_s=found.seconds["train"],
        score_s=found.seconds["score"],
        cpu_s=round(cpu_s, 2),
        rss_mb=round(rss_mb, 1),
        precision=found.precision,
        recall=found.recall,
        f1=found.f1,
    )


def _set_up_django() -> None:
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haihe.web.settings")
    django.setup()


def _measured[Made](work: Callable[[], Made]) -> tuple[Made, float, float, float]:
    # Begins the peak of memory anew.
    Path("/proc/self/clear_refs").write_text("5")
    started, spent = time.perf_counter(), time.process_time()
    made = work()
    return made, time.perf_counter() - started, time.process_time() - spent, _peak_mb()


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024
