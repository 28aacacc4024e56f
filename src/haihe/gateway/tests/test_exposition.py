"""What Prometheus reads of a gateway is what happened there, and names nobody."""

import urllib.request
from contextlib import closing

from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from haihe.gateway.exposition import GatewayCollector
from haihe.gateway.testing import ASKER, RESOURCE, SERVICE, Door, question
from haihe.gateway.tests.conftest import LIU, WANG
from haihe.telemetry.exposition import Exposition, watch_process


def shown(door: Door) -> str:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(GatewayCollector(door.desk, door.journal, connections=lambda: 7))
    watch_process(registry)
    with closing(Exposition(host="127.0.0.1", port=0, registry=registry)) as exposition:
        url = f"http://127.0.0.1:{exposition.port}/metrics"
        with urllib.request.urlopen(url) as reply:
            return str(reply.read().decode())


def samples(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_answers_refusals_and_times_are_shown(door: Door) -> None:
    for id_number in (LIU.id_number, LIU.id_number, WANG.id_number):
        door.post(question(id_number))
    door.post(question(LIU.id_number, purpose="SOMETHING_ELSE"))
    read = samples(shown(door))
    cell = {("kind", "VERIFY"), ("service", SERVICE), ("consumer", ASKER)}
    assert read["haihe_gateway_requests_total", frozenset(cell | {("outcome", "MATCH")})] == 2
    assert read["haihe_gateway_requests_total", frozenset(cell | {("outcome", "REFUSED")})] == 1
    assert read["haihe_gateway_reasons_total", frozenset(cell | {("reason", "purpose-not-granted")})] == 1
    assert read["haihe_gateway_reasons_total", frozenset(cell | {("reason", "RECORD_IN_DOUBT")})] == 1
    way = {("kind", "VERIFY"), ("service", SERVICE)}
    assert read["haihe_gateway_request_seconds_count", frozenset(way)] == 4
    assert read["haihe_gateway_request_seconds_bucket", frozenset(way | {("le", "+Inf")})] == 4


def test_journal_indexes_and_the_process_are_shown(door: Door) -> None:
    door.post(question(LIU.id_number))
    door.now += 100
    read = samples(shown(door))
    assert read["haihe_gateway_journal_backlog_records", frozenset()] == 1
    assert read["haihe_gateway_journal_batch_records_sum", frozenset()] == 1
    assert read["haihe_gateway_journal_commit_seconds_count", frozenset()] == 1
    assert read["haihe_gateway_connections", frozenset()] == 7
    assert read["haihe_gateway_replay_window_requests", frozenset()] == 1
    assert 99 < read["haihe_gateway_index_age_seconds", frozenset({("resource", RESOURCE)})] < 130
    assert read["haihe_gateway_index_promised_seconds", frozenset({("resource", RESOURCE)})] == 86_400
    assert read["haihe_gateway_policy_age_seconds", frozenset()] == 100
    assert read["process_cpu_seconds_total", frozenset()] > 0


def test_nobody_is_named(door: Door) -> None:
    door.post(question(LIU.id_number, name=LIU.name))
    text = shown(door)
    assert LIU.id_number not in text
    assert LIU.name not in text
    assert door.keyring.subject_key(LIU.id_number).hex() not in text
