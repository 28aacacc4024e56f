"""Dead, slow, huge, lying, redirecting, rambling: each is told as what it is, recorded as unknown, and kept away."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from haihe.gateway import proxy
from haihe.gateway.claims import compile_claim
from haihe.gateway.policy import Policy, Service
from haihe.gateway.source_client import call
from haihe.gateway.testing import CLAIMS, GRANT, RESOURCE, Door, question
from haihe.gateway.testing_source import (
    TAXPAYER,
    Asked,
    Behaviour,
    FakeDepartment,
    ask,
    hangs,
    proxied,
    put_behind,
    says,
    sends,
    source_rules,
)
from haihe.gateway.tests.conftest import LIU
from haihe.gateway.tests.test_proxy import act, told

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BAD: dict[str, Behaviour] = {
    "an error": says({"error": "x"}, status=500),
    "an unexpected status": says(TAXPAYER, status=201),
    "a redirect": sends(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"),
    "a page": says(TAXPAYER, kind="text/html"),
    "no JSON": sends(OK + b"Content-Length: 5\r\n\r\n<xml>"),
    "half a JSON": sends(OK + b'Content-Length: 8\r\n\r\n{"data":'),
    "deeper than a well": sends(OK + b"\r\n" + b"[" * 60_000),
    "no HTTP": sends(b"SSH-2.0-OpenSSH_9.9\r\n\r\n"),
    "packed": sends(OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
    "two lengths": sends(OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
    "huge by its own word": sends(OK + b"Content-Length: 999999999\r\n\r\n" + b" " * 200_000),
    "huge without a word": sends(OK + b"\r\n" + b" " * 200_000),
    "endless headers": sends(OK + b"X: " + b"y" * 200_000),
    "another type": says({"data": {"paid": 5}}),
    "without the field": says({"data": {}}),
    "a list": says([1, 2]),
    "an interim answer": sends(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 3),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_wrong_answer_is_none_and_says_so(door: Door, kind: str) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port)))
        reply = await door.proxy(ask("paid"))
        assert (reply.status, told(reply)["type"]) == (502, "urn:haihe:problem:source-answer-invalid")
        record = door.records()[-1]
        assert (record["kind"], record["answer"], record["reason"]) == ("PROXY", "UNKNOWN", "SOURCE_ANSWER_INVALID")
        assert told(reply)["instance"] == f"urn:uuid:{record['evidence']}"
        assert len(department.asked) == 1

    act(scene, FakeDepartment(BAD[kind]))


def test_an_answer_about_somebody_else_is_none(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port, echo="/data/sfzh")))
        for number, status in ((LIU.id_number, 200), ("120104196803042075", 502), (None, 502)):
            department.behave = says({"data": {**TAXPAYER["data"], "sfzh": number}})
            assert (await door.proxy(ask("paid"))).status == status

    act(scene)


def test_one_odd_field_harms_only_who_asks_for_it_and_never_the_breaker(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port)))
        department.behave = says({"data": {**TAXPAYER["data"], "amount": {"lump": 5}}})
        statuses = [(await door.proxy(ask("amount"))).status for _ in range(5)]
        assert statuses == [502] * 5
        assert (await door.proxy(ask("paid"))).status == 200
        assert len(department.asked) == 6

    act(scene)


def test_a_value_that_its_mask_is_not_made_for_is_never_let_through(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port)))
        department.behave = says({"data": {**TAXPAYER["data"], "amount": -5}})
        answer = told(await door.proxy(ask("amount")))
        assert (answer["answer"], answer["reason"], answer["values"]) == ("UNKNOWN", "RECORD_IN_DOUBT", None)

    act(scene)


def test_a_dead_source_is_unreachable(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port)))
        await department.__aexit__(None, None, None)
        reply = await door.proxy(ask("paid"))
        assert (reply.status, told(reply)["type"]) == (502, "urn:haihe:problem:source-unreachable")
        assert door.records()[-1]["reason"] == "SOURCE_UNREACHABLE"

    act(scene)


def test_a_slow_source_times_out_and_a_dripping_one_too(door: Door) -> None:
    async def drips(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(OK + b"Content-Length: 1000\r\n\r\n")
        while True:
            writer.write(b" ")
            await asyncio.sleep(0.01)

    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port, timeout_ms=100)))
        for behaviour in (hangs, drips):
            department.behave = behaviour
            reply = await door.proxy(ask("paid"))
            assert (reply.status, told(reply)["type"]) == (504, "urn:haihe:problem:source-timeout")
            assert door.records()[-1]["reason"] == "SOURCE_TIMEOUT"

    act(scene)


@pytest.mark.parametrize("networks", [("10.0.0.0/8",), ("127.0.0.2/32",), ("::1/128",)])
def test_an_address_that_nobody_confirmed_is_not_connected_to(door: Door, networks: tuple[str, ...]) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port), networks=networks))
        reply = await door.proxy(ask("paid"))
        assert told(reply)["type"].endswith("source-unreachable")
        assert department.asked == []

    act(scene)


def test_a_name_that_changes_its_mind_leads_nowhere_else(door: Door) -> None:
    """It is resolved once a call, and the connection goes to an address that was looked at."""
    resolved: list[str] = []

    async def resolve(host: str, port: int) -> list[str]:
        resolved.append(host)
        return ["169.254.169.254", "127.0.0.1"] if len(resolved) == 1 else ["169.254.169.254"]

    async def by_name(rules: Any, request: Any, networks: Any) -> Any:
        return await call(rules, request, networks=networks, resolve=resolve)

    async def scene(department: FakeDepartment) -> None:
        door.desk.sources.call = by_name
        put_behind(door, proxied(source_rules(department.port, url=f"http://tax.example:{department.port}/")))
        replies = [await door.proxy(ask("paid")) for _ in range(2)]
        assert [reply.status for reply in replies] == [200, 502]
        assert resolved == ["tax.example", "tax.example"]
        assert [asked.headers["host"] for asked in department.asked] == [f"tax.example:{department.port}"]

    act(scene)


def test_the_breaker_opens_keeps_away_tries_once_and_closes(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port)))
        department.behave = says({}, status=503)
        for _ in range(5):
            assert (await door.proxy(ask("paid"))).status == 502
        assert len(department.asked) == 3
        assert door.desk.sources.states() == {"tax-paid": "open"}
        assert door.records()[-1]["reason"] == "SOURCE_UNREACHABLE"
        door.now += 31
        door.apply()
        assert door.desk.sources.states() == {"tax-paid": "half_open"}
        assert (await door.proxy(ask("paid"))).status == 502
        assert (await door.proxy(ask("paid"))).status == 502
        assert len(department.asked) == 4
        door.now += 31
        door.apply()
        department.behave = says(TAXPAYER)
        assert [(await door.proxy(ask("paid"))).status for _ in range(2)] == [200, 200]
        assert door.desk.sources.states() == {}

    act(scene)


def verify(door: Door) -> None:
    """Let the door's client verify, as it did before a department's interface took the place of the register."""
    service = Service(
        "relief-status", RESOURCE, "120012", "on_relief", {"on_relief": compile_claim(CLAIMS["on_relief"])}, 86_400
    )
    grant = replace(door.grant, service=service.slug, claims=frozenset({"on_relief"}), fields=frozenset(), id="another")
    policy = Policy.of(
        clients=[door.client], services=[door.service, service], grants=[door.grant, grant], indexes=door.indexes
    )
    door.desk.policy.confirm(policy, now=door.now)


def test_a_hanging_department_keeps_nobody_else_waiting(door: Door) -> None:
    """Counted, not timed: with all its calls hanging, verifications are answered in the same turn as ever."""

    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port, timeout_ms=5000)))
        department.behave = hangs
        stuck = [door.set_out(ask("paid")) for _ in range(proxy.MOST_PER_OWNER)]
        while len(department.asked) < len(stuck):
            await asyncio.sleep(0.01)
        one_more = door.set_out(ask("paid"))
        while not one_more.replies:
            await asyncio.sleep(0)
            door.commits.commit()
        assert told(one_more.replies[0])["type"].endswith("source-unreachable")
        assert len(department.asked) == door.desk.sources.under_way() == proxy.MOST_PER_OWNER
        commits, turn = door.journal.commits(), asyncio.get_running_loop().call_soon
        turns: list[int] = []
        turn(turns.append, 1)
        verify(door)
        answers = [json.loads(door.post(question(LIU.id_number)).body)["answer"] for _ in range(100)]
        assert (answers, turns) == (["MATCH"] * 100, [])
        assert door.journal.commits() == commits + 100
        assert not any(box.replies for box in stuck)
        await door.desk.sources.settled()
        door.commits.commit()
        assert {told(box.replies[0])["type"] for box in stuck} == {"urn:haihe:problem:source-timeout"}

    act(scene)


def test_a_last_good_answer_is_told_with_its_age_where_the_grant_takes_it(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port)), last_good_s=600)
        live = told(await door.proxy(ask("paid", "amount")))
        department.behave = says({}, status=500)
        door.now += 100
        door.apply()
        kept = told(await door.proxy(ask("paid")))
        assert (kept["served"], kept["age_s"], kept["as_of"]) == ("last_good", 100, live["as_of"][:-4] + "000Z")
        assert kept["values"] == {"paid": "已缴"}
        record = door.records()[-1]
        assert (record["answer"], record["as_of"]) == ("FOUND", kept["as_of"])
        put_behind(door, door.service, last_good_s=99)
        assert (await door.proxy(ask("paid"))).status == 502
        put_behind(door, door.service, last_good_s=0)
        assert (await door.proxy(ask("paid"))).status == 502
        put_behind(door, door.service, last_good_s=600)
        assert (await door.proxy(ask("paid", parameters={"year": 2025}))).status == 502
        door.now += 501
        door.apply()
        assert (await door.proxy(ask("paid"))).status == 502

    act(scene)


def test_what_is_kept_is_masked_sealed_and_flushed_and_purged(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port)), last_good_s=3600)
        await door.proxy(ask("paid"))
        last_good = door.desk.sources.last_good
        last_good.flush(now=door.now)
        assert last_good.entries() == 1
        stored = (door.folder / "last_good" / "data.mdb").read_bytes()
        for value in ("已缴", "1000..1500", LIU.id_number, "刘"):
            assert value.encode() not in stored
        department.behave = hangs
        put_behind(door, proxied(source_rules(department.port, timeout_ms=100)), last_good_s=3600)
        # Other rules, another question.
        assert (await door.proxy(ask("paid"))).status == 504
        last_good.flush(now=door.now + 3601)
        assert last_good.entries() == 0

    act(scene)


def test_who_is_gone_from_the_source_is_gone_from_what_is_kept(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port)), last_good_s=3600)
        await door.proxy(ask("paid"))
        door.desk.sources.last_good.flush(now=door.now)
        department.behave = says({}, status=404)
        assert told(await door.proxy(ask("paid")))["answer"] == "NOT_FOUND"
        department.behave = says({}, status=500)
        assert (await door.proxy(ask("paid"))).status == 502
        door.desk.sources.last_good.flush(now=door.now)
        assert door.desk.sources.last_good.entries() == 0

    act(scene)


def test_another_grant_gets_no_more_of_what_is_kept_than_it_gives(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port)), last_good_s=3600)
        await door.proxy(ask("paid", "amount"))
        department.behave = says({}, status=500)
        door.grant = replace(door.grant, fields=frozenset({"since"}), id=GRANT)
        door.apply()
        assert told(await door.proxy(ask("since")))["values"] == {"since": "2019"}
        assert (await door.proxy(ask("amount"))).status == 403

    act(scene)


def test_nobodys_number_stands_in_the_log(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    async def scene(department: FakeDepartment) -> None:
        rules = source_rules(department.port, method="GET", subject={"in": "query", "name": "sfzh", "logged": True})
        put_behind(door, proxied(rules))
        for behaviour in BAD.values():
            department.behave = behaviour
            door.now += 60
            door.apply()
            await door.proxy(ask("paid"))
        assert json.dumps(LIU.id_number) not in caplog.text
        assert LIU.id_number not in caplog.text
        assert caplog.text

    act(scene)
