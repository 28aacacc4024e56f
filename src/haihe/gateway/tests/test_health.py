"""Healthy means: a signed question of the gateway's own went the whole way, and nobody's data was used for it."""

import asyncio
import json

import pytest

from haihe.gateway.health import Health
from haihe.gateway.journal import Batch, JournalError
from haihe.gateway.messages import Reply, Request
from haihe.gateway.testing import Door, Letterbox, question
from haihe.gateway.tests.conftest import LIU


def probe(door: Door, *, health: Health | None = None) -> Reply:
    """Ask for health while a loop commits what gathers."""

    async def run() -> Reply:
        door.commits.loop = asyncio.get_running_loop()
        one = health or Health(door.desk, backlog=door.journal.backlog)
        policy = door.desk.policy.current(now=door.now)
        if policy is not None:
            door.desk.policy.confirm(one.admit(policy), now=door.now)
        return await one.reply()

    return asyncio.run(run())


def test_a_working_gateway_is_healthy(door: Door) -> None:
    reply = probe(door)
    facts = json.loads(reply.body)
    assert (reply.status, facts["status"], facts["journal_backlog"]) == (200, "ok", 0)
    assert facts["unusable_indexes"] == []


def test_health_leaves_a_durable_record_but_none_for_the_ledger(door: Door) -> None:
    probe(door)
    assert door.records() == []
    assert b'"kind":"HEALTH"' in (door.folder / "journal" / "data.mdb").read_bytes()


def test_without_a_policy_it_is_not_healthy(door: Door) -> None:
    door.now += 100
    reply = probe(door)
    assert reply.status == 503
    assert json.loads(reply.body)["type"].endswith("unavailable")
    assert door.records() == []


def test_a_disk_that_fails_is_not_healthy(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    def fail(batch: Batch) -> None:
        raise JournalError("disk full")

    door.journal.commit = fail  # type: ignore[method-assign]  # a disk can't be filled here
    assert probe(door).status == 503
    assert "disk full" in caplog.text


def test_an_index_that_cannot_be_opened_is_named_but_the_door_stays_open(door: Door) -> None:
    door.desk.indexes.unusable["120012/000009"] = "missing"
    reply = probe(door)
    assert (reply.status, json.loads(reply.body)["unusable_indexes"]) == (200, ["120012/000009"])


def test_many_who_ask_at_once_cost_one_probe(door: Door) -> None:
    async def run() -> None:
        door.commits.loop = asyncio.get_running_loop()
        health = Health(door.desk, backlog=door.journal.backlog)
        policy = door.desk.policy.current(now=door.now)
        assert policy is not None
        door.desk.policy.confirm(health.admit(policy), now=door.now)
        replies = await asyncio.gather(*[health.reply() for _ in range(20)])
        assert {reply.status for reply in replies} == {200}
        assert door.desk.quotas.used("_health", day=(int(door.now) + 8 * 3600) // 86400) == 1

    asyncio.run(run())


def test_nobody_else_can_be_the_health_client(door: Door) -> None:
    health = Health(door.desk, backlog=door.journal.backlog)
    policy = door.desk.policy.current(now=door.now)
    assert policy is not None
    door.desk.policy.confirm(health.admit(policy), now=door.now)
    assert door.post(question(LIU.id_number), client_id="_health").status == 401
    assert door.post(question(LIU.id_number), path="/v1/verify/_health").status == 404


def test_the_route_answers_when_the_probe_is_done(door: Door) -> None:
    letterbox = Letterbox()

    async def run() -> None:
        door.gateway.answer(Request("GET", "/healthz", None, {}, b"", keep_alive=True), letterbox)
        await asyncio.sleep(0.01)

    asyncio.run(run())
    assert [reply.status for reply in letterbox.replies] == [200]
