"""Splink over two prepared registers: our comparisons as its settings, in a database that is bounded and closed."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.comparison_level_library import CustomLevel
from splink.comparison_library import CustomComparison

from haihe.data.matching.linkage.comparisons import BLOCKING, COMPARISONS, MOST_OF_A_PHONE, Comparison
from haihe.data.matching.linkage.model import LinkageModel

MEMORY_LIMIT: Final = "4GB"
THREADS: Final = 2
# It warns of levels that were never seen, of which training takes care.
logging.getLogger("splink").setLevel(logging.ERROR)
ID: Final = "line"
LEFT, RIGHT = "a_left", "b_right"


@contextmanager
def opened(folder: Path, *, memory_limit: str = MEMORY_LIMIT) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory. What doesn't fit there goes to the folder, enciphered: these are names in clear."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "threads": THREADS,
        "temp_directory": str(folder / "spill"),
        "temp_file_encryption": True,
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    with duckdb.connect(":memory:", config=settings) as connection:
        connection.execute("SET enable_progress_bar = false")
        yield connection


def load(connection: duckdb.DuckDBPyConnection, left: pa.Table, right: pa.Table) -> None:
    """Put both prepared registers into tables, without the numbers that stand by too many records."""
    for name, table in ((LEFT, left), (RIGHT, right)):
        connection.register(f"given_{name}", table)
    connection.execute(
        "CREATE OR REPLACE TABLE office_phone AS SELECT phone FROM "  # noqa: S608 - names of ours
        f"(SELECT phone FROM given_{LEFT} UNION ALL SELECT phone FROM given_{RIGHT}) "
        f"WHERE phone IS NOT NULL GROUP BY phone HAVING count(*) > {MOST_OF_A_PHONE}"
    )
    for name in (LEFT, RIGHT):
        connection.execute(
            f"CREATE OR REPLACE TABLE {name} AS SELECT * REPLACE "  # noqa: S608 - names of ours
            f"(CASE WHEN phone NOT IN (FROM office_phone) THEN phone END AS phone) FROM given_{name}"
        )
        connection.unregister(f"given_{name}")


def linker(connection: duckdb.DuckDBPyConnection, model: LinkageModel, *, parts: bool = True) -> Linker:
    """Return Splink's linker over the loaded registers with this model's numbers."""
    database = DuckDBAPI(connection)
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name=ID,
        comparisons=[_comparison(one, model) for one in COMPARISONS],
        blocking_rules_to_generate_predictions=rules(BLOCKING),
        probability_two_random_records_match=model.prior,
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=parts,
    )
    tables = [database.register(name, dataset_display_name=name) for name in (LEFT, RIGHT)]
    return Linker(tables, settings, log_level=None)


def rules(lines: Sequence[Sequence[str]]) -> list[Any]:
    return [block_on(*line) for line in lines]


def _comparison(one: Comparison, model: LinkageModel) -> CustomComparison:
    levels: list[Any] = [CustomLevel(one.empty, "EMPTY").configure(is_null_level=True)]
    for level in one.levels:
        weight = model.of(one, level)
        made = CustomLevel(level.sql or "ELSE", level.code)
        made.configure(m_probability=weight.m, u_probability=weight.u, fix_u_probability=bool(level.exact))
        if level.by_frequency:
            made.configure(tf_adjustment_column=level.exact)
        levels.append(made)
    return CustomComparison(output_column_name=one.name, comparison_levels=levels)
