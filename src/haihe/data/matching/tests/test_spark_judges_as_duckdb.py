"""The same plan gives the same result on DuckDB and on a real Spark of two workers: nulls, repeats and all."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from pyspark.sql import SparkSession

from haihe.data.matching.engines.duckdb_engine import DuckdbEngine
from haihe.data.matching.engines.spark_engine import SparkEngine
from haihe.data.matching.plan import make_plan
from haihe.data.matching.tests.registers import DAY, Case, cases

pytestmark = pytest.mark.engine("java")


# A query costs Spark a second, so these are few, the same ones each time, and not shrunk.
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(case=cases())
def test_any_model_over_any_registers(
    spark: SparkSession, tmp_path_factory: pytest.TempPathFactory, case: Case
) -> None:
    folder = tmp_path_factory.mktemp("case")
    plan = make_plan(case.model, case.tables(folder), today=DAY)
    here, there = (_made(folder / name) for name in ("duckdb", "spark"))
    judged, again = DuckdbEngine().run(plan, here), SparkEngine(spark).run(plan, there)
    assert again.counts == judged.counts
    assert pq.read_table(again.file).to_pylist() == pq.read_table(judged.file).to_pylist()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
