"""Weighing pairs of records. What is left of a pair holds no personal value: line numbers, levels, weights."""

from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from haihe.data.matching.linkage.comparisons import BIRTH, COMPARISONS, NAME
from haihe.data.matching.linkage.model import LinkageModel
from haihe.data.matching.linkage.splinking import RIGHT, linker, load, opened

LOWEST_BITS: Final = -4.0
"""Below it nobody would ever look at a pair: the odds are 1 to 16 against."""
LAST_OWN_LEVEL: Final = {NAME.name: 5, BIRTH.name: 2}
"""Up to this level a name, or a birthday, speaks for one person: one of the two must."""
PAIRS: Final = pa.schema(
    [
        ("left", pa.int64()),
        ("right", pa.int64()),
        ("bits", pa.float64()),
        *((f"level_{one.name}", pa.int8()) for one in COMPARISONS),
        ("bits_rare", pa.float64()),
    ]
)
"""`bits` are the whole weight; `level_<comparison>` counts from 0 for the first level, -1 where nothing can be said;
`bits_rare` is what the frequency of the names adds."""


def score(left: pa.Table, right: pa.Table, model: LinkageModel, folder: Path) -> pa.Table:
    """Return `PAIRS` of two prepared registers, by `left` and `right`."""
    with opened(folder) as connection:
        load(connection, left, right)
        return score_loaded(connection, model)


def score_loaded(connection: duckdb.DuckDBPyConnection, model: LinkageModel) -> pa.Table:
    """As `score`, where the registers are loaded."""
    scored = linker(connection, model).inference.predict(threshold_match_weight=LOWEST_BITS)
    # Splink counts levels down to 0 for the last one.
    parts = [
        f"CASE gamma_{one.name} WHEN -1 THEN -1 ELSE {len(one.levels) - 1} - gamma_{one.name} END"
        f"::TINYINT AS level_{one.name}"
        for one in COMPARISONS
    ]
    # A family shares home and telephone, and its pairs would pass for one person's. A name or a birthday is one's own.
    own = " OR ".join(f"level_{one.name} BETWEEN 0 AND {LAST_OWN_LEVEL[one.name]}" for one in (NAME, BIRTH))
    swapped = f"source_dataset_l = '{RIGHT}'"
    query = (
        f'SELECT CASE WHEN {swapped} THEN line_r ELSE line_l END AS "left", '  # noqa: S608 - names of ours
        f'CASE WHEN {swapped} THEN line_l ELSE line_r END AS "right", match_weight AS bits, {", ".join(parts)}, '
        f"mw_tf_adj_name AS bits_rare FROM {scored.physical_name} WHERE {own} ORDER BY ALL"
    )
    found = connection.sql(query).to_arrow_table().cast(PAIRS)
    scored.drop_table_from_database_and_remove_from_cache()
    return found
