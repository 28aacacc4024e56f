"""The ready-made rules for Prometheus can be read, and ask for nothing that our programs don't show."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.registry import Collector

from haihe.base.jobs import metering as jobs
from haihe.base.watch.exposition import StandingCollector
from haihe.gateway.exposition import GatewayCollector
from haihe.gateway.testing import Door, question
from haihe.kernel.environment import Environment
from haihe.kernel.keyring import Keyring
from haihe.launch.shipping import Shipping
from haihe.openreads.exposition import OpenReadsCollector
from haihe.openreads.metering import Metered
from haihe.openreads.testing import Served
from haihe.web import metering as pages
from tests.contract.storeys import REPOSITORY

FOLDER = REPOSITORY / "deploy" / "prometheus"
NAME = re.compile(r"\bhaihe_[a-z_]+\b")
LABELS = re.compile(r"(haihe_[a-z_]+)\{([^}]*)\}")


def rules() -> list[dict[str, Any]]:
    told = yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))
    return [rule for group in told["groups"] for rule in group["rules"]]


def samples_of(collector: Collector) -> dict[str, set[str]]:
    """Return the names of all samples that can appear, each with its labels."""
    found: dict[str, set[str]] = {}
    for metric in collector.collect():
        endings = {"histogram": ("_bucket", "_count", "_sum"), "counter": ("_total",)}.get(metric.type, ("",))
        labels = set(getattr(metric, "_labelnames", ())) | ({"le"} if metric.type == "histogram" else set())
        for ending in endings:
            found[metric.name + ending] = labels
    return found


@pytest.fixture
def shown(tmp_path: Path, keyring: Keyring) -> dict[str, set[str]]:
    door = Door(tmp_path, keyring=keyring)
    door.post(question("120106198509233067"))
    collectors: list[Collector] = [
        GatewayCollector(door.desk, door.journal, connections=lambda: 0),
        Shipping(Environment.from_mapping({})),
        Shipping(Environment.from_mapping({}), name="scoreday_shipper"),
        StandingCollector(clock=lambda: datetime.now(UTC)),
    ]
    with Served(tmp_path) as served:
        collectors.append(OpenReadsCollector(Metered(served.app, lambda: 0)))
        found = {name: labels for each in collectors for name, labels in samples_of(each).items()}
    for counter in (pages.REQUESTS, jobs.JOBS):
        found[f"{counter._name}_total"] = set(counter._labelnames)
    for histogram in (pages.SECONDS, pages.QUERIES, jobs.SECONDS):
        found |= {f"{histogram._name}{end}": {*histogram._labelnames, "le"} for end in ("_bucket", "_count", "_sum")}
    door.close()
    return found


def test_each_rule_says_when_how_bad_what_and_what_to_do() -> None:
    told = rules()
    assert len(told) >= 15
    for rule in told:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}, rule
        assert re.fullmatch(r"Haihe[A-Za-z]+", rule["alert"])
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert set(rule["annotations"]) == {"summary", "action"}
        assert re.fullmatch(r"\d+[smh]", rule.get("for", "1m"))
        assert rule["expr"].count("(") == rule["expr"].count(")")
    assert len({rule["alert"] for rule in told}) == len(told)


@pytest.mark.django_db(transaction=True)  # the collector closes its connection
def test_each_rule_asks_for_figures_that_are_shown(shown: dict[str, set[str]]) -> None:
    for rule in rules():
        for name in NAME.findall(rule["expr"]):
            assert name in shown, f"{rule['alert']} asks for {name}, which nobody shows"
        for name, chosen in LABELS.findall(rule["expr"]):
            assert {part.split("=")[0].strip("~! ") for part in chosen.split(",")} <= shown[name], rule["alert"]


def test_every_program_is_scraped() -> None:
    told = yaml.safe_load((FOLDER / "prometheus.yml").read_text(encoding="utf-8"))
    assert told["rule_files"] == ["alerts.yml"]
    jobs_scraped = {job["job_name"] for job in told["scrape_configs"]}
    assert jobs_scraped == {"haihe-web", "haihe-gateway", "haihe-worker", "haihe-openreads"}
    for rule in rules():
        assert set(re.findall(r'job="([^"]+)"', rule["expr"])) <= jobs_scraped
