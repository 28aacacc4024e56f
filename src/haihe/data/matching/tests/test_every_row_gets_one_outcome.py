"""DuckDB and a judge of single rows in plain Python agree on any model over any registers."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings

from haihe.data.matching.definition import Outcome, read_definition, write_definition
from haihe.data.matching.engines.duckdb_engine import DuckdbEngine
from haihe.data.matching.plan import make_plan
from haihe.data.matching.tests.registers import DAY, Case, cases, judge


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(case=cases())
def test_the_engine_judges_as_the_definition_says(case: Case) -> None:
    assert read_definition(write_definition(case.model)) == case.model
    with TemporaryDirectory() as folder:
        plan = make_plan(case.model, case.tables(Path(folder)), today=DAY)
        judged = DuckdbEngine().run(plan, Path(folder))
        rows = pq.read_table(judged.file).to_pylist()
    expected = judge(case)
    kept = [(outcome, line) for outcome, line in expected if outcome is not Outcome.NOT_MATCHED]
    assert [(row["outcome"], row["line_base"]) for row in rows] == kept
    assert judged.counts == {one: sum(outcome is one for outcome, _ in expected) for one in Outcome}
