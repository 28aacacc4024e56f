"""Messages are merged over what serves: nothing is lost and nothing counts twice, and without a base they wait."""

import io
import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from nats.aio.client import Client
from nats.js.api import StreamConfig
from tests.plugins.brokers import PASSWORD, MqttBroker, NatsBroker

from haihe.base.accounts.api import Actor
from haihe.data.exchange import api as exchange
from haihe.data.exchange.sources.models import Source, SourceRunState
from haihe.data.exchange.sources.operations.keeping import add_source
from haihe.data.exchange.sources.testing import fetched
from haihe.data.exchange.testing import RELIEF, TITLES, id_number, relief_lines, row

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def now() -> datetime:
    return datetime.now().astimezone()


@pytest.fixture(autouse=True)
def _this_machine(settings: LazySettings) -> None:
    settings.HAIHE = replace(settings.HAIHE, source_networks=("127.0.0.0/8",))


def body(serial: int, op: str = "U", **changes: str) -> bytes:
    cells = dict(zip(TITLES, row(id_number(serial)), strict=True)) | changes
    return json.dumps({"op": op} | cells, ensure_ascii=False).encode()


def source_of(steward: Actor, connector: str, told: dict[str, Any], secret: dict[str, str], now: datetime) -> Source:
    settings = told | {"key": ["证件号码"], "columns": list(TITLES), "op_field": "op", "quiet_s": 1}
    return add_source(
        steward, resource=RELIEF, title="变化", connector=connector, settings=settings, secret=secret, now=now
    )


def whole(steward: Actor, rows: int, now: datetime) -> None:
    content = io.BytesIO("\n".join(relief_lines(rows)).encode())
    assert exchange.receive_file(steward, RELIEF, "全量.csv", content, now=now).state == "PUBLISHED"


def sizes() -> dict[str, int]:
    current = exchange.latest_snapshot(RELIEF)
    assert current is not None
    batches = exchange.read_rows(current, ["id_number", "household_size"])
    return {line["id_number"]: line["household_size"] for batch in batches for line in batch.to_pylist()}


def test_messages_wait_for_a_base_and_are_merged_over_it(
    steward: Actor, now: datetime, nats_broker: NatsBroker
) -> None:
    async def act(client: Client) -> None:
        await client.jetstream().add_stream(StreamConfig(name="RELIEF", subjects=["relief"]))

    nats_broker.do(act)
    told = nats_broker.settings | {"stream": "RELIEF", "consumer": "haihe"}
    source = source_of(steward, "nats_stream", told, {"credential": PASSWORD}, now)
    nats_broker.publish("relief", body(0, 家庭人口="7"), body(1, "D"), body(90))
    run = fetched(steward, source.pk, now=now)
    assert (run.state, run.fault) == (SourceRunState.FAILED, "NEEDS_FULL")
    whole(steward, 3, now)
    run = fetched(steward, source.pk, now=now + HOUR)
    assert (run.state, run.mode, run.rows) == (SourceRunState.PUBLISHED, "delta", 3)
    first = sizes()
    assert (first[id_number(0)], set(first)) == (7, {id_number(0), id_number(2), id_number(90)})
    assert fetched(steward, source.pk, now=now + 2 * HOUR).state == SourceRunState.NOTHING_NEW
    # Nothing is fetched whole for being old: messages can't be.
    assert fetched(steward, source.pk, now=now + 30 * HOUR).state == SourceRunState.NOTHING_NEW
    nats_broker.publish("relief", b"no json", body(0, 家庭人口="8"), body(90, "D"))
    run = fetched(steward, source.pk, now=now + 31 * HOUR)
    assert (run.state, run.rows_accepted, run.rows_rejected) == (SourceRunState.PUBLISHED, 2, 1)
    assert sizes() == {id_number(0): 8, id_number(2): first[id_number(2)]}


@pytest.mark.engine("mosquitto")
def test_a_refused_run_loses_no_message(steward: Actor, now: datetime, mqtt_broker: MqttBroker) -> None:
    whole(steward, 3, now)
    told = mqtt_broker.settings | {"topic": "relief/changed", "client": "haihe"}
    source = source_of(steward, "mqtt_stream", told, {"password": PASSWORD}, now)
    assert fetched(steward, source.pk, now=now).state == SourceRunState.NOTHING_NEW
    mqtt_broker.publish("relief/changed", body(1, "D"), body(2, "D"), body(0, "D"))
    run = fetched(steward, source.pk, now=now + HOUR)
    # Changes never empty a register.
    assert (run.state, len(sizes())) == (SourceRunState.REFUSED, 3)
    mqtt_broker.publish("relief/changed", body(0, 家庭人口="9"))
    run = fetched(steward, source.pk, now=now + 2 * HOUR)
    assert (run.state, run.rows) == (SourceRunState.PUBLISHED, 4)
    assert sizes() == {id_number(0): 9}


def test_by_another_key_nothing_is_taken(steward: Actor, now: datetime, nats_broker: NatsBroker) -> None:
    whole(steward, 3, now)
    told = nats_broker.settings | {"stream": "RELIEF", "consumer": "haihe"}
    source = source_of(steward, "nats_stream", told, {"credential": PASSWORD}, now)
    Source.objects.filter(pk=source.pk).update(settings=source.settings | {"key": ["姓名"]})
    assert fetched(steward, source.pk, now=now).fault == "OTHER_KEY"
