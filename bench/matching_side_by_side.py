"""The comparisons and the linkage of `haihe bench matching`, by other engines on the same files.

    PYTHONPATH=src .venv/bin/python -m bench.matching_side_by_side ENGINE [SCALE]

ENGINE is haihe, duckdb, polars (install it beside), spark (needs Java) or splink; SCALE 1 is the full size. Each
prints the wall and processor seconds of the faster of two rounds, and what it found.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haihe.web.settings")
django.setup()

from haihe.data.matching.demo import large_registers, linking  # noqa: E402 - Django comes first
from haihe.data.matching.engines.spark_engine import SparkEngine, open_session  # noqa: E402 - Django comes first

NAMES = ("cross_check", "full_join")


def main() -> None:
    engine, scale = sys.argv[1], float((*sys.argv[2:], "1")[0])
    with tempfile.TemporaryDirectory() as given:
        folder = Path(given)
        if engine == "splink":
            plain_splink(scale)
            return
        sizes = large_registers.Sizes(*(int(n * scale) for n in (15_600_000, 500_000, 1_200_000, 9_000_000)))
        tables = large_registers.write_registers(folder, sizes)
        for name in NAMES:
            told([timed(ENGINES[engine](name, tables, folder)) for _ in range(2)], engine, name)


def haihe(name: str, tables: Any, folder: Path) -> Callable[[], int]:
    work = Path(tempfile.mkdtemp(dir=folder))
    return lambda: large_registers.matched(large_registers.run(name, tables, work))


def duckdb(name: str, _: Any, folder: Path) -> Callable[[], int]:
    import duckdb

    def work() -> int:
        with duckdb.connect() as connection:
            target = folder / "bare.parquet"
            query = f"COPY ({large_registers.bare_sql(name, folder)}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
            return int(connection.execute(query).fetchall()[0][0])

    return work


def polars(name: str, _: Any, folder: Path) -> Callable[[], int]:
    from importlib import import_module

    pl = import_module("polars")  # beside, not among the dependencies

    def read(register: str, *columns: str) -> Any:
        return pl.scan_parquet(folder / f"{register}.parquet").select("id_number", *columns)

    def work() -> int:
        if name == "cross_check":
            found = read("relief", "line", "division", "household_size").filter(pl.col("household_size") >= 2)
            found = found.join(read("fund", "balance"), on="id_number")
            found = found.join(read("insurance"), on="id_number", how="anti")
        else:
            found = read("resident", "line", "division").join(read("fund", "unit", "balance"), on="id_number")
            found = found.join(read("insurance", "unit", "paid_on"), on="id_number")
            found = found.filter(pl.col("unit") != pl.col("unit_right")).join(
                read("relief"), on="id_number", how="anti"
            )
        return int(found.sort("line").collect(engine="streaming").height)

    return work


def spark(name: str, tables: Any, folder: Path) -> Callable[[], int]:
    session = open_session("local[2]", more={"spark.driver.memory": "6g"})
    work = Path(tempfile.mkdtemp(dir=folder))
    plan = large_registers.plan(name, tables)
    return lambda: large_registers.matched(SparkEngine(session).run(plan, work))


def plain_splink(scale: float) -> None:
    """As its tutorial does: its own comparisons on the raw columns, all defaults, a link from one half."""
    import pyarrow as pa
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    made = linking.make(*(int(n * scale) for n in (500_000, 1_000_000, 300_000)))
    started = time.perf_counter()
    database = DuckDBAPI()
    columns = ["line", "name", "birth", "phone", "address"]
    inputs = [
        database.register(table.select(columns), dataset_display_name=name)
        for name, table in (("a", made.left), ("b", made.right))
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
    rows = database.duckdb_con.sql(f"SELECT line_l, line_r FROM {found.physical_name}").to_arrow_table()  # noqa: S608
    seconds = time.perf_counter() - started
    keys = pa.table({"left": rows["line_l"], "right": rows["line_r"]})
    right = keys.join(made.truth, ["left", "right"], join_type="inner").num_rows
    precision, recall = right / max(keys.num_rows, 1), right / made.truth.num_rows
    print(
        f"splink  linkage  {seconds:.1f} s  precision {precision:.4f}  recall {recall:.4f}  "
        f"F1 {2 * precision * recall / (precision + recall):.4f}"
    )


ENGINES: dict[str, Callable[[str, Any, Path], Callable[[], int]]] = {
    "haihe": haihe,
    "duckdb": duckdb,
    "polars": polars,
    "spark": spark,
}


def timed(work: Callable[[], int]) -> tuple[float, float, int]:
    started, spent = time.perf_counter(), time.process_time()
    rows = work()
    return time.perf_counter() - started, time.process_time() - spent, rows


def told(rounds: list[tuple[float, float, int]], engine: str, name: str) -> None:
    seconds, cpu_s, rows = min(rounds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{engine}  {name}  {seconds:.2f} s  CPU {cpu_s:.2f} s  {rows:,} rows  peak of the process {peak:,.0f} MB")


if __name__ == "__main__":
    main()
