"""The pages' figures: counted by page, and shown to those beside us only."""

from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client, override_settings
from prometheus_client.parser import text_string_to_metric_families

pytestmark = pytest.mark.django_db


def samples(client: Client) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    reply = client.get("/metrics")
    assert reply.status_code == 200
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(reply.content.decode())
        for sample in family.samples
    }


def test_a_page_is_counted_by_its_name_with_time_and_queries(client: Client) -> None:
    key = ("haihe_web_requests_total", frozenset({("view", "portal"), ("method", "GET"), ("status", "200")}))
    before = samples(client).get(key, 0)
    client.get("/")
    after = samples(client)
    assert after[key] == before + 1
    assert after["haihe_web_request_seconds_count", frozenset({("view", "portal")})] >= 1
    assert after["haihe_web_request_queries_sum", frozenset({("view", "portal")})] > 1


def test_addresses_that_do_not_exist_make_no_figures_of_their_own(client: Client) -> None:
    for n in range(3):
        client.get(f"/no/such/page/{n}")
        client.generic(f"X{n}", "/")
    told = samples(client)
    assert told["haihe_web_requests_total", frozenset({("view", "none"), ("method", "GET"), ("status", "404")})] >= 3
    assert not [labels for _, labels in told if any("no/such" in value or value == "X1" for _, value in labels)]


@pytest.mark.parametrize(
    "way",
    [
        {"REMOTE_ADDR": "10.1.2.3"},
        {"REMOTE_ADDR": ""},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=127.0.0.1"},
    ],
)
def test_for_others_there_is_no_such_page(client: Client, way: dict[str, str]) -> None:
    assert client.get("/metrics", **way).status_code == 404  # type: ignore[arg-type]  # headers, not a body


def test_the_operator_may_let_others_read(client: Client) -> None:
    with override_settings(HAIHE=replace(settings.HAIHE, metrics_peers=("10.1.0.0/16", "::1"))):
        assert client.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 200
        assert client.get("/metrics", REMOTE_ADDR="10.2.2.3").status_code == 404
        assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 404
