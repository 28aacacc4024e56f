"""Prometheus's own checker reads our rules, our example of a configuration, and what our programs show."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from haihe.base.watch.exposition import StandingCollector
from haihe.gateway.exposition import GatewayCollector
from haihe.gateway.testing import Door, question
from haihe.kernel.environment import Environment
from haihe.kernel.keyring import Keyring
from haihe.launch.shipping import Shipping
from haihe.telemetry.exposition import REGISTRY, watch_process
from tests.contract.test_alert_rules import FOLDER
from tests.plugins.engines import program_of

pytestmark = pytest.mark.engine("promtool")


def promtool(*told: str, given: bytes = b"") -> str:
    """Return what it complains of, "" for nothing."""
    program = program_of("promtool")
    assert program
    done = subprocess.run([program, *told], input=given, capture_output=True, timeout=60, check=False)
    return "" if done.returncode == 0 else (done.stdout + done.stderr).decode()


@pytest.mark.parametrize(("what", "file"), [("rules", "alerts.yml"), ("config", "prometheus.yml")])
def test_rules_and_configuration_are_as_prometheus_wants_them(what: str, file: str) -> None:
    assert promtool("check", what, str(FOLDER / file)) == ""


def test_the_checker_does_find_faults(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text("groups: [{name: x, rules: [{alert: X, expr: 'sum(('}]}]", encoding="utf-8")
    assert "parse" in promtool("check", "rules", str(broken))
    assert "base unit" in promtool("check", "metrics", given=b"# HELP x_days d\n# TYPE x_days gauge\nx_days 1\n")


@pytest.mark.django_db(transaction=True)  # the collector closes its connection
def test_what_our_programs_show_has_names_and_units_as_is_usual(tmp_path: Path, keyring: Keyring) -> None:
    door = Door(tmp_path, keyring=keyring)
    door.post(question("120106198509233067"))
    registry = CollectorRegistry(auto_describe=False)
    registry.register(GatewayCollector(door.desk, door.journal, connections=lambda: 0))
    registry.register(Shipping(Environment.from_mapping({})))
    registry.register(StandingCollector(clock=lambda: datetime.now(UTC)))
    watch_process(registry)
    shown = generate_latest(registry)
    door.close()
    assert b"haihe_calendar_ends_in_seconds" in shown
    assert promtool("check", "metrics", given=shown) == ""
    # Pages and jobs count in the registry of their process.
    assert promtool("check", "metrics", given=generate_latest(REGISTRY)) == ""
