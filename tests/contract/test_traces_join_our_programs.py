"""One question is one trace: the page, our signed client, the gateway, its journal, the ledger, what is announced."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from haihe.base.outbox import api as outbox
from haihe.base.outbox.handlers import Payload, unsubscribe
from haihe.base.outbox.operations import deliver_next
from haihe.data.sharing.adapters.gateway import Credentials, GatewayVerifier, pass_trace_on
from haihe.gateway.journal import Journal
from haihe.gateway.shipper import ship_all
from haihe.gateway.testing import (
    ASKER,
    CLIENT,
    PURPOSE,
    SECRET,
    SERVICE,
    Person,
    announce_index,
    build_index,
    relief_fields,
)
from haihe.kernel.answers import Answer
from haihe.kernel.keyring import Keyring
from haihe.launch import ports, services
from haihe.launch.child import Child
from haihe.telemetry import tracing
from haihe.telemetry.testing import Receiver, receiver
from haihe.web.tracing import TracingMiddleware

LIU = Person("120103197905121012", "刘志远", relief_fields())
ALL = tracing.Wish(True, 1.0)


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with receiver() as received:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", received.url)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
        yield received
        tracing.stop()


@pytest.fixture
def gateway(received: Receiver, stand_in: str, keyring: Keyring, tmp_path: Path) -> Iterator[str]:
    """The url of a real gateway process that answers about LIU."""
    (tmp_path / "keyring.json").write_text(keyring.to_json())
    path = build_index(tmp_path, [LIU], keyring=keyring)
    with psycopg.connect(stand_in, autocommit=True) as connection:
        announce_index(connection, snapshot="s1", path=path)
    port = ports.free_port()
    environment = os.environ | {"HAIHE_DATA_DIR": str(tmp_path), "HAIHE_DATABASE_URL": stand_in}
    child = Child(services.gateway(port=port, environment=environment, log_dir=tmp_path / "logs"))
    child.start_and_wait()
    yield f"http://127.0.0.1:{port}"
    child.stop(timeout_s=10)


def ask_from_a_page(gateway: str, *, traceparent: str = "") -> None:
    http = httpx.Client(base_url=gateway, event_hooks={"request": [pass_trace_on]}, trust_env=False, timeout=60)
    verifier = GatewayVerifier(http, lambda _code: Credentials(CLIENT, SECRET))

    def page(_request: object) -> HttpResponse:
        said = verifier.verify(
            organisation=ASKER, service=SERVICE, id_number=LIU.id_number, name=LIU.name, purpose=PURPOSE, case="GJJ-1"
        )
        assert said.answer == Answer.MATCH
        return HttpResponse("ok")

    headers = {"traceparent": traceparent} if traceparent else {}
    with http:
        TracingMiddleware(page)(RequestFactory(headers=headers).get("/cases/120103197905121012/"))


def test_page_client_gateway_journal_and_ledger_share_one_trace(
    received: Receiver, gateway: str, stand_in: str, tmp_path: Path
) -> None:
    tracing.start("haihe-web", ALL)
    ask_from_a_page(gateway)
    tracing.stop()
    received.wait_for("page", "ask the gateway", "gateway", "journal commit")
    tracing.start("haihe-worker", ALL)
    with Journal(tmp_path / "journal") as journal, psycopg.connect(stand_in, autocommit=True) as connection:
        assert ship_all(journal, connection).records == 1
        assert journal.oldest(at_most=10).traces == []
    tracing.stop()
    spans = received.wait_for("page", "ask the gateway", "gateway", "journal commit", "ledger append")
    page, client, desk = spans["page"], spans["ask the gateway"], spans["gateway"]
    assert {span.trace for span in spans.values()} == {page.trace}
    assert {name: span.program for name, span in spans.items()} == {
        "page": "haihe-web",
        "ask the gateway": "haihe-web",
        "gateway": "haihe-gateway",
        "journal commit": "haihe-gateway",
        "ledger append": "haihe-worker",
    }
    assert (page.parent, client.parent, desk.parent) == ("", page.span, client.span)
    assert spans["journal commit"].parent == spans["ledger append"].parent == desk.span
    assert SERVICE in desk.facts["haihe.service"]
    everything = json.dumps([span.facts for span in received.spans], ensure_ascii=False)
    assert LIU.id_number not in everything
    assert LIU.name not in everything


def test_whoever_asks_first_decides_whether_it_is_traced(received: Receiver, gateway: str) -> None:
    tracing.start("haihe-web", ALL)
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    ask_from_a_page(gateway, traceparent=f"00-{trace}-00f067aa0ba902b7-00")
    ask_from_a_page(gateway, traceparent=f"00-{trace[::-1]}-00f067aa0ba902b7-01")
    tracing.stop()
    received.wait_for("gateway", "journal commit")
    assert {span.trace for span in received.spans} == {trace[::-1]}


@pytest.mark.django_db(transaction=True)
def test_an_event_is_delivered_within_the_trace_that_announced_it(received: Receiver) -> None:
    heard: list[Payload] = []

    def hear(payload: Payload) -> None:
        heard.append(payload)

    outbox.subscribe("tests.traced")(hear)
    tracing.start("haihe-web", ALL)
    with tracing.span("page"), transaction.atomic():
        outbox.announce("tests.traced", {"n": 1})
    with transaction.atomic():
        outbox.announce("tests.traced", {"n": 2})
    while deliver_next(now=timezone.now()):
        pass
    tracing.stop()
    unsubscribe("tests.traced", hear)
    spans = received.wait_for("page", "event tests.traced")
    assert spans["event tests.traced"].parent == spans["page"].span
    assert [payload["n"] for payload in heard] == [1, 2]
    assert len(received.spans) == 2


def test_where_traces_are_off_nothing_is_sent(received: Receiver) -> None:
    assert tracing.start("haihe-web", tracing.Wish.from_mapping({})) is None
    with tracing.span("page") as span:
        assert span is None
        assert tracing.traceparent() == ""
    assert received.spans == []
