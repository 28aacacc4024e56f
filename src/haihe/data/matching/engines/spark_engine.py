"""Spark: the same plan on the engine that city data centres run. Its workers must see the lake's files."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow.compute as pc
import pyarrow.dataset as pads
import pyarrow.parquet as pq

from haihe.data.matching.engines.ports import JUDGED, Engine, EngineCancelled, Judged, counted
from haihe.data.matching.plan import Plan, view_of

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_PARTS: Final = "judged.parts"


class SparkEngine:
    """Runs within a session that the caller opened (`open_session`) and stops."""

    name = "spark"

    def __init__(self, session: "SparkSession", *, cancelled: Callable[[], bool] = lambda: False) -> None:
        self._session = session
        self._cancelled = cancelled

    def run(self, plan: Plan, folder: Path) -> Judged:
        if self._cancelled():
            raise EngineCancelled
        for name, table in plan.views.items():
            self._session.read.parquet(str(table.file)).createOrReplaceTempView(view_of(name))
        parts, target = folder / _PARTS, folder / JUDGED
        self._session.sql(plan.sql("spark")).write.mode("overwrite").parquet(str(parts))
        judged = pads.dataset(parts, format="parquet").to_table().sort_by(f"line_{next(iter(plan.views))}")
        pq.write_table(judged, target, compression="zstd")
        shutil.rmtree(parts)
        found = {str(one["values"]): int(one["counts"]) for one in pc.value_counts(judged["outcome"]).to_pylist()}
        return Judged(target, counted(plan, found))


def open_session(master: str, *, name: str = "haihe-matching", more: Mapping[str, str] | None = None) -> "SparkSession":
    """Return a session on a master, as `spark://host:7077` or `local[2]`. Needs the extra `haihe[spark]` and Java.

    `more` are further settings of Spark's own.
    """
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName(name)
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "Asia/Shanghai",
        # A wrong value is an error in each engine alike, not an empty cell.
        "spark.sql.ansi.enabled": "true",
    }
    for key, value in {**settings, **(more or {})}.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


_: type[Engine] = SparkEngine
