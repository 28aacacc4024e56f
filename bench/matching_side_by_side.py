"""The comparisons and the linkage of `haihe bench matching`, by several engines on the same files, one after another.

    PYTHONPATH=src .venv/bin/python -m bench.matching_side_by_side [--scale 1] [--rounds 3] [--engines haihe,polars]

Scale 1 is the full size. Each engine is a process of its own: its seconds (first round and fastest), what its processes
took of the processors in the fastest, the peak of their memory together, and whether its rows are the same as DuckDB's.
polars is installed beside (PYTHONPATH), Spark needs Java. Ends as a table in Markdown.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

COMPARISONS: Final = {
    "cross_check": ("line_relief", "division", "balance"),
    "full_join": ("line_resident", "division", "balance", "paid_on"),
}
"""Each with the columns of its result: the line of the first register, then what is shown."""
ENGINES: Final = ("haihe", "duckdb", "polars", "spark", "haihe-on-spark")
LINKERS: Final = ("haihe", "splink")
_RESIDENTS: Final = (15_600_000, 500_000, 1_200_000, 9_000_000)
_PEOPLE: Final = (500_000, 1_000_000, 300_000)
_SPARK: Final = {"spark.driver.memory": "6g", "spark.sql.shuffle.partitions": "16"}
_LOOK_EVERY_S: Final = 0.05
_TICKS_A_SECOND: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Told:
    """What one engine took for one comparison; `digest` is of its rows, whatever their order in the file."""

    engine: str
    name: str
    first_s: float
    best_s: float
    cpu_s: float
    rss_mb: float
    rows: int
    digest: str = ""
    precision: float = 0.0
    recall: float = 0.0

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-9)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engines", default=",".join(dict.fromkeys((*ENGINES, *LINKERS))))
    parser.add_argument("--child", nargs=3, metavar=("ENGINE", "WHAT", "FOLDER"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        engine, what, folder = asked.child
        told = asdict(child(engine, what, Path(folder), asked.scale, asked.rounds))
        (Path(folder) / "told.json").write_text(json.dumps(told))
        return
    with tempfile.TemporaryDirectory(prefix="haihe-side-by-side-") as given:
        measure(asked.scale, asked.rounds, set(asked.engines.split(",")), Path(given))


def measure(scale: float, rounds: int, engines: set[str], folder: Path) -> None:
    told = []
    in_a_process("make", "registers", folder, scale, rounds)
    for name in COMPARISONS:
        for engine in filter(engines.__contains__, ENGINES):
            one = in_a_process(engine, name, folder, scale, rounds)
            told.append(replace(one, digest=digest(name, engine, folder)))
            print(told[-1], flush=True)
    in_a_process("make", "people", folder, scale, rounds)
    for engine in filter(engines.__contains__, LINKERS):
        told.append(in_a_process(engine, "linkage", folder, scale, 1))
        print(told[-1], flush=True)
    print("\n".join(table(told)))
    print(f"load of the machine over the last 15 minutes: {os.getloadavg()[2]:.1f}, processors: {os.cpu_count()}")


def table(told: list[Told]) -> Iterator[str]:
    for name in COMPARISONS:
        of_one = [one for one in told if one.name == name]
        bare = next((one for one in of_one if one.engine == "duckdb"), None)
        yield f"\n| {name} | fastest | to DuckDB | first | CPU | peak memory | rows | same rows as DuckDB |"
        yield "|---|---|---|---|---|---|---|---|"
        for one in of_one:
            ratio = f"{one.best_s / bare.best_s:.2f}" if bare else "?"
            same = "?" if bare is None else "yes" if (one.rows, one.digest) == (bare.rows, bare.digest) else "NO"
            yield (
                f"| {one.engine} | {one.best_s:.2f} s | {ratio} | {one.first_s:.2f} s | {one.cpu_s:.2f} s | "
                f"{one.rss_mb:,.0f} MB | {one.rows:,} | {same} |"
            )
    yield "\n| linkage | seconds | CPU | peak memory | linked | precision | recall | F1 |"
    yield "|---|---|---|---|---|---|---|---|"
    for one in (one for one in told if one.name == "linkage"):
        yield (
            f"| {one.engine} | {one.best_s:.1f} s | {one.cpu_s:.1f} s | {one.rss_mb:,.0f} MB | {one.rows:,} | "
            f"{one.precision:.4f} | {one.recall:.4f} | {one.f1:.4f} |"
        )


def in_a_process(engine: str, what: str, folder: Path, scale: float, rounds: int) -> Told:
    """Let one engine work by itself, so that none finds what another left in memory."""
    told = folder / "told.json"
    told.unlink(missing_ok=True)
    command = [sys.executable, "-m", "bench.matching_side_by_side", "--child", engine, what, str(folder)]
    subprocess.run([*command, "--scale", str(scale), "--rounds", str(rounds)], check=True)  # noqa: S603 - ourselves
    return Told(**json.loads(told.read_text()))


def child(engine: str, what: str, folder: Path, scale: float, rounds: int) -> Told:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haihe.web.settings")
    django.setup()
    if engine == "make":
        (make_registers if what == "registers" else make_people)(folder, scale)
        return Told(engine, what, 0, 0, 0, 0, 0)
    if what == "linkage":
        return linked(engine, folder)
    return compared(engine, what, folder, scale, rounds)


def make_registers(folder: Path, scale: float) -> None:
    from haihe.data.matching.demo import large_registers

    large_registers.write_registers(folder, large_registers.Sizes(*(int(n * scale) for n in _RESIDENTS)))


def make_people(folder: Path, scale: float) -> None:
    from haihe.data.matching.demo import linking

    made = linking.make(*(int(n * scale) for n in _PEOPLE))
    for name, rows in (("left", made.left), ("right", made.right), ("truth", made.truth)):
        pq.write_table(rows, folder / f"people_{name}.parquet")


def compared(engine: str, name: str, folder: Path, scale: float, rounds: int) -> Told:
    target = result_of(name, engine, folder)
    work = MAKERS[engine](name, folder, target, scale)
    spent = []
    with watched() as peak:
        for _ in range(rounds):
            started, before = time.perf_counter(), cpu_of_tree()
            work()
            spent.append((time.perf_counter() - started, cpu_of_tree() - before))
    best_s, cpu_s = min(spent)
    with duckdb.connect() as connection:
        rows = connection.execute(f"SELECT count(*) FROM ({read(name, engine, folder)})").fetchall()[0][0]  # noqa: S608 - our own names
    return Told(engine, name, round(spent[0][0], 3), round(best_s, 3), round(cpu_s, 2), round(peak[0], 1), int(rows))


def haihe(name: str, folder: Path, target: Path, scale: float) -> Callable[[], object]:
    from haihe.data.matching.engines.duckdb_engine import DuckdbEngine

    target.mkdir()
    plan = plan_of(name, folder, scale)
    return lambda: DuckdbEngine().run(plan, target)


def haihe_on_spark(name: str, folder: Path, target: Path, scale: float) -> Callable[[], object]:
    from haihe.data.matching.engines.spark_engine import SparkEngine, open_session

    target.mkdir()
    engine, plan = SparkEngine(open_session("local[2]", more=_SPARK)), plan_of(name, folder, scale)
    return lambda: engine.run(plan, target)


def spark(name: str, folder: Path, target: Path, scale: float) -> Callable[[], object]:
    """The question as one would put it to Spark's SQL by hand."""
    from haihe.data.matching.demo.large_registers import BARE
    from haihe.data.matching.engines.spark_engine import open_session

    session = open_session("local[2]", more=_SPARK)
    for register in ("resident", "relief", "fund", "insurance"):
        session.read.parquet(str(folder / f"{register}.parquet")).createOrReplaceTempView(register)
    sql = BARE[name].replace("ANTI JOIN", "LEFT ANTI JOIN")
    for register in ("resident", "relief", "fund", "insurance"):
        sql = sql.replace(f"read_parquet('{{folder}}/{register}.parquet') {register}", register)
    return lambda: session.sql(sql).write.mode("overwrite").parquet(str(target))


def bare_duckdb(name: str, folder: Path, target: Path, _scale: float) -> Callable[[], object]:
    from haihe.data.matching.demo.large_registers import bare_sql

    def work() -> None:
        with duckdb.connect() as connection:
            connection.execute(f"COPY ({bare_sql(name, folder)}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")

    return work


def polars(name: str, folder: Path, target: Path, _scale: float) -> Callable[[], object]:
    from importlib import import_module

    pl = import_module("polars")  # beside, not among the dependencies

    def scan(register: str, *columns: str) -> Any:
        return pl.scan_parquet(folder / f"{register}.parquet").select("id_number", *columns)

    def cross_check() -> Any:
        found = scan("relief", "line", "division", "household_size").filter(pl.col("household_size") >= 2)
        found = found.join(scan("fund", "balance"), on="id_number")
        return found.join(scan("insurance"), on="id_number", how="anti")

    def full_join() -> Any:
        found = scan("resident", "line", "division").join(scan("fund", "unit", "balance"), on="id_number")
        found = found.join(scan("insurance", "unit", "paid_on"), on="id_number")
        found = found.filter(pl.col("unit") != pl.col("unit_right"))
        return found.join(scan("relief"), on="id_number", how="anti")

    ask = {"cross_check": cross_check, "full_join": full_join}[name]
    columns = ("line", "id_number", *COMPARISONS[name][1:])
    return lambda: ask().select(columns).sort("line").sink_parquet(target, compression="zstd")


MAKERS: Final[dict[str, Callable[[str, Path, Path, float], Callable[[], object]]]] = {
    "haihe": haihe,
    "duckdb": bare_duckdb,
    "polars": polars,
    "spark": spark,
    "haihe-on-spark": haihe_on_spark,
}


def plan_of(name: str, folder: Path, scale: float) -> Any:
    from haihe.data.matching.demo import large_registers

    sizes = large_registers.Sizes(*(int(n * scale) for n in _RESIDENTS))
    return large_registers.plan(name, large_registers.tables_of(folder, sizes))


def result_of(name: str, engine: str, folder: Path) -> Path:
    return folder / f"{name}-{engine}.result"


def read(name: str, engine: str, folder: Path) -> str:
    """Return the SQL that reads an engine's rows as line and what is shown, the same types from each."""
    line, *shown = COMPARISONS[name]
    target = result_of(name, engine, folder)
    if engine.startswith("haihe"):
        columns = ", ".join(f"output_{place} AS {column}" for place, column in enumerate(shown))
        rows = f"SELECT {line} AS line, {columns} FROM '{target}/judged.parquet' WHERE outcome = 'MATCHED'"  # noqa: S608 - our own names
    else:
        file = f"{target}/*.parquet" if target.is_dir() else target
        rows = f"FROM read_parquet('{file}')"
    types = {"division": "VARCHAR", "balance": "DECIMAL(18, 4)", "paid_on": "DATE"}
    cast = ", ".join(f"{column}::{types[column]} AS {column}" for column in shown)
    return f"SELECT line::BIGINT AS line, {cast} FROM ({rows})"  # noqa: S608 - names of ours


def digest(name: str, engine: str, folder: Path) -> str:
    columns = ", ".join(("line", *COMPARISONS[name][1:]))
    with duckdb.connect() as connection:
        query = f"SELECT sum(hash({columns})::HUGEINT)::VARCHAR FROM ({read(name, engine, folder)})"  # noqa: S608 - our own names
        return str(connection.execute(query).fetchall()[0][0])


def linked(engine: str, folder: Path) -> Told:
    """Link the made-up people once; what is found is held against the truth."""
    left, right, truth = (pq.read_table(folder / f"people_{name}.parquet") for name in ("left", "right", "truth"))
    link = haihe_link if engine == "haihe" else splink_link
    with watched() as peak:
        started, before = time.perf_counter(), cpu_of_tree()
        pairs = link(left, right, folder)
        seconds, cpu_s = time.perf_counter() - started, cpu_of_tree() - before
    hits = pairs.join(truth, ["left", "right"], join_type="inner").num_rows
    precision, recall = hits / max(pairs.num_rows, 1), hits / truth.num_rows
    seconds = round(seconds, 2)
    return Told(
        engine, "linkage", seconds, seconds, round(cpu_s, 2), round(peak[0], 1), pairs.num_rows, "", precision, recall
    )


def haihe_link(left: pa.Table, right: pa.Table, folder: Path) -> pa.Table:
    from haihe.data.matching.demo import linking
    from haihe.data.matching.linkage.made_up import MadeUp

    made = MadeUp(left, right, pa.table({"left": pa.array([], pa.int64()), "right": pa.array([], pa.int64())}))
    return linking.links(made, folder).select(["left", "right"])


def splink_link(left: pa.Table, right: pa.Table, _folder: Path) -> pa.Table:
    """As its tutorial does: its own comparisons on the raw columns, all defaults, a link from one half."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    database = DuckDBAPI()
    columns = ["line", "name", "birth", "phone", "address"]
    inputs = [
        database.register(rows.select(columns), dataset_display_name=name) for name, rows in (("a", left), ("b", right))
    ]
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="line",
        comparisons=[
            cl.JaroWinklerAtThresholds("name").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("birth"),
            cl.LevenshteinAtThresholds("phone"),
            cl.JaroWinklerAtThresholds("address"),
        ],
        blocking_rules_to_generate_predictions=[block_on("name", "birth"), block_on("phone"), block_on("address")],
    )
    linker = Linker(inputs, settings)
    linker.training.estimate_probability_two_random_records_match([block_on("name", "birth", "phone")], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6)
    for rule in (block_on("name", "birth"), block_on("phone")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=0.5)
    query = f"SELECT line_l AS left, line_r AS right FROM {found.physical_name}"  # noqa: S608 - a name of Splink's
    return database.duckdb_con.sql(query).to_arrow_table()


@contextmanager
def watched() -> Iterator[list[float]]:
    """Yield a list whose one number is the most memory that this process and its children held together, in MB."""
    peak, stop = [rss_of_tree()], threading.Event()

    def look() -> None:
        while not stop.wait(_LOOK_EVERY_S):
            peak[0] = max(peak[0], rss_of_tree())

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        stop.set()
        thread.join()


def tree() -> list[int]:
    """Return this process and all that come from it, as Spark's machine does."""
    found, new = [os.getpid()], [os.getpid()]
    while new:
        pid = new.pop()
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                below = [int(one) for one in task.read_text().split()]
            except FileNotFoundError:
                continue
            found += below
            new += below
    return found


def rss_of_tree() -> float:
    return sum(_number(pid, "statm", 1) for pid in tree()) * os.sysconf("SC_PAGE_SIZE") / 2**20


def cpu_of_tree() -> float:
    return sum(_number(pid, "stat", 13) + _number(pid, "stat", 14) for pid in tree()) / _TICKS_A_SECOND


def _number(pid: int, file: str, place: int) -> int:
    try:
        text = Path(f"/proc/{pid}/{file}").read_text()
    except FileNotFoundError:
        return 0
    # The name of a program, in brackets, may have spaces.
    _head, bracket, rest = text.rpartition(") ")
    return int((["pid", "name", *rest.split()] if bracket else text.split())[place])


if __name__ == "__main__":
    main()
