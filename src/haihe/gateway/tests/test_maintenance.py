"""While a provider works on its systems its services refuse: from the second it begins to the second it ends."""

import asyncio
import json
from typing import Any

import psycopg
import pytest

from haihe.gateway.messages import Reply
from haihe.gateway.policy import Maintenance, PolicyHolder
from haihe.gateway.testing import GRANT, QUERY_PATH, SERVICE, Door, batch, query, question
from haihe.gateway.testing_source import FakeDepartment, ask, proxied, put_behind, source_rules
from haihe.gateway.tests.conftest import LIU, ZHANG
from haihe.gateway.tests.test_policy_feed import now as policy_of
from haihe.gateway.tests.test_policy_feed import play, until
from haihe.gateway.tests.test_rates import header
from haihe.kernel.city_day import day_of
from haihe.kernel.keyring import Keyring

OWNER = "120012"


def announce(
    door: Door,
    *,
    after_s: float = 0,
    for_s: float = 600,
    owner: str = OWNER,
    service: str = "",
    serves_on: bool = False,
) -> None:
    start = door.now + after_s
    door.maintenance.append(Maintenance(owner, service, start, start + for_s, "系统升级", serves_on))
    door.apply()


def problem(reply: Reply) -> str:
    told: dict[str, Any] = json.loads(reply.body)
    return str(told.get("type", "")).removeprefix("urn:haihe:problem:")


def ask_about_liu(door: Door) -> str:
    return problem(door.post(question(LIU.id_number)))


def test_it_begins_and_ends_by_the_clock(door: Door) -> None:
    announce(door, after_s=10, for_s=20)
    told = []
    for step in (0, 9.9, 0.1, 19.9, 0.1):
        door.now += step
        told.append(ask_about_liu(door))
    assert told == ["", "", "provider-maintenance", "provider-maintenance", ""]


def test_the_refusal_says_why_and_until_when(door: Door) -> None:
    announce(door, for_s=599.5)
    reply = door.post(question(LIU.id_number))
    assert (reply.status, header(reply, "retry-after")) == (503, "600")
    detail = json.loads(reply.body)["detail"]
    assert "市民政局正在维护（系统升级）" in detail
    assert detail.endswith("办事人员可先按纸质材料受理。")


def test_of_several_the_longest_is_told(door: Door) -> None:
    announce(door, for_s=600)
    announce(door, for_s=900, service=SERVICE)
    announce(door, for_s=1200, serves_on=True)
    assert header(door.post(question(LIU.id_number)), "retry-after") == "900"


def test_it_is_recorded_and_counts_against_nothing(door: Door) -> None:
    announce(door)
    reply = door.post(question(LIU.id_number))
    (record,) = door.records()
    assert (record["kind"], record["problem"], record["service"]) == ("REFUSED", "provider-maintenance", SERVICE)
    assert (record["grant"], record["subject"]) == (GRANT, None)
    assert json.loads(reply.body)["instance"] == f"urn:uuid:{record['evidence']}"
    assert door.desk.quotas.used(GRANT, day=day_of(door.now)) == 0
    assert "ratelimit" not in reply.headers


def test_who_may_not_ask_learns_nothing_of_it(door: Door) -> None:
    announce(door)
    assert problem(door.post(question(LIU.id_number, purpose="CURIOSITY"))) == "purpose-not-granted"


def test_everybody_is_refused_alike(door: Door) -> None:
    announce(door)
    told = []
    for number in (LIU.id_number, ZHANG):
        said = json.loads(door.post(question(number)).body)
        told.append({name: value for name, value in said.items() if name != "instance"})
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("owner", "service", "refuses"),
    [(OWNER, "", True), (OWNER, SERVICE, True), (OWNER, "another", False), ("120040", "", False)],
)
def test_it_is_of_one_service_or_of_all_its_owners(door: Door, owner: str, service: str, refuses: bool) -> None:
    announce(door, owner=owner, service=service)
    assert (ask_about_liu(door) == "provider-maintenance") is refuses


def test_of_one_service_the_others_go_on(door: Door) -> None:
    door.open_relief_details()
    announce(door, service=SERVICE)
    asked = query(LIU.id_number, "relief_type", purpose="RENT_SUBSIDY_ASSESSMENT")
    assert problem(door.post(asked, path=QUERY_PATH)) == ""


def test_what_is_answered_from_our_index_may_serve_on(door: Door) -> None:
    announce(door, serves_on=True)
    assert ask_about_liu(door) == ""


def test_batches_are_refused_whole(door: Door) -> None:
    announce(door)
    (reply,) = door.batch(batch([LIU.id_number, ZHANG])).replies
    assert problem(reply) == "provider-maintenance"


@pytest.mark.parametrize("serves_on", [True, False])
def test_a_departments_own_interface_always_stops(door: Door, serves_on: bool) -> None:
    async def scene() -> None:
        async with asyncio.timeout(60), FakeDepartment() as department:
            put_behind(door, proxied(source_rules(department.port)))
            announce(door, owner=door.service.owner, serves_on=serves_on)
            reply = await door.proxy(ask("paid"))
            assert problem(reply) == "provider-maintenance"
            assert department.asked == []
            door.now += 600
            door.apply()
            assert problem(await door.proxy(ask("paid"))) == ""

    asyncio.run(scene())


def test_what_the_database_announces_is_read(stand_in: str, keyring: Keyring) -> None:
    async def scene(holder: PolicyHolder, connection: psycopg.AsyncConnection) -> None:
        assert policy_of(holder).maintenance == {}
        await connection.execute(
            "INSERT INTO gateway_maintenance VALUES "
            "('120012', '', to_timestamp(100), to_timestamp(200.5), '升级', true)"
        )
        await until(lambda: bool(policy_of(holder).maintenance))
        (window,) = policy_of(holder).maintenance["120012", ""]
        assert window == Maintenance("120012", "", 100.0, 200.5, "升级", serves_on=True)

    play(stand_in, keyring, scene)
