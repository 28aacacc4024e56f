"""A department's own interface behind the grant: asked by its owner's rules, told by the grant, recorded first."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from haihe.gateway.messages import Reply
from haihe.gateway.testing import CLIENT, GRANT, PROXY_PATH, SECRET, Door, signed_headers
from haihe.gateway.testing_source import TAXPAYER, FakeDepartment, ask, proxied, put_behind, says, source_rules
from haihe.gateway.tests.conftest import LIU
from haihe.kernel.signing import check_response

type Scene = Callable[[FakeDepartment], Awaitable[None]]


def act(scene: Scene, department: FakeDepartment | None = None) -> None:
    async def play() -> None:
        async with asyncio.timeout(60), department or FakeDepartment() as there:
            await scene(there)

    asyncio.run(play())


def told(reply: Reply) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(reply.body)
    return found


def test_granted_fields_come_back_masked_and_nothing_else(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port)))
        reply = await door.proxy(ask("paid", "amount"))
        assert reply.status == 200
        answer = told(reply)
        assert answer["values"] == {"paid": "已缴", "amount": "1000..1500"}
        assert (answer["answer"], answer["served"], answer["age_s"]) == ("FOUND", "live", 0)
        assert answer["as_of"] is not None
        for hidden in ("1234.56", "NEVER-ASKED", "刘志远", "2019"):
            assert hidden not in reply.body.decode()

    act(scene)


def test_the_record_says_who_asked_what_and_no_value(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port)))
        reply = await door.proxy(ask("paid"))
        (record,) = door.records()
        assert (record["kind"], record["answer"], record["fields"]) == ("PROXY", "FOUND", ["paid"])
        assert record["evidence"] == told(reply)["evidence"] == department.asked[0].headers["haihe-evidence"]
        assert record["subject"] == door.keyring.subject_key(LIU.id_number).hex()
        assert (record["grant"], record["owner"]) == (GRANT, "120015")
        assert "已缴" not in json.dumps(record, ensure_ascii=False)
        assert door.desk.quotas.used(GRANT, day=int(door.now + 8 * 3600) // 86_400) == 1

    act(scene)


def test_the_answer_is_signed_like_any_other(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port)))
        body = ask("paid")
        headers = signed_headers(body, path=PROXY_PATH, created=int(door.now))
        reply = await door.proxy(body, headers=headers)
        lines = dict(line.split(": ", 1) for line in reply.headers.splitlines())
        assert check_response(
            lines, status=200, body=reply.body, client_id=CLIENT, secret=SECRET, request_headers=headers
        )

    act(scene)


def test_the_number_goes_where_the_owner_says_and_the_secret_with_it(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        rules = source_rules(
            department.port, method="GET", subject={"in": "header", "name": "X-Sfzh"}, secret_header="X-Api-Key"
        )
        put_behind(door, proxied(rules, secret="the-departments-secret"))
        await door.proxy(ask("paid", parameters={"year": 2025}))
        (asked,) = department.asked
        assert (asked.method, asked.target) == ("GET", "/v1/taxpayers?year=2025")
        assert asked.headers["x-sfzh"] == LIU.id_number
        assert asked.headers["x-api-key"] == "the-departments-secret"
        assert "cookie" not in asked.headers

    act(scene)


def test_a_number_in_the_path_is_put_there_whole(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        url = f"http://127.0.0.1:{department.port}/v1/taxpayers/{{subject}}/years/{{year}}"
        rules = source_rules(department.port, url=url, method="GET", subject={"in": "path", "logged": True})
        rules["parameters"] = {"year": {"in": "path", "form": "code"}}
        put_behind(door, proxied(rules))
        assert (await door.proxy(ask("paid", parameters={"year": "2025"}))).status == 200
        assert department.asked[0].target == f"/v1/taxpayers/{LIU.id_number}/years/2025"
        for hostile in ("..", "2025/../../admin", "%2e%2e", "2025?x=1", ""):
            assert (await door.proxy(ask("paid", parameters={"year": hostile}))).status == 400
        assert len(department.asked) == 1

    act(scene)


def test_a_register_of_things_is_asked_without_a_person(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        rules = source_rules(department.port, subject=None)
        rules["parameters"] = {"plate": {"in": "body", "form": "code", "name": "cphm"}}
        put_behind(door, proxied(rules))
        reply = await door.proxy(ask("paid", id_number=None, parameters={"plate": "JA12345"}))
        assert reply.status == 200
        assert json.loads(department.asked[0].body) == {"cphm": "JA12345"}
        assert door.records()[-1]["subject"] is None
        assert (await door.proxy(ask("paid", parameters={"plate": "JA12345"}))).status == 400
        assert len(department.asked) == 1

    act(scene)


def test_who_the_source_does_not_know_is_not_found(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port)))
        department.behave = says({"message": "没有此人"}, status=404)
        answer = told(await door.proxy(ask("paid")))
        assert (answer["answer"], answer["values"]) == ("NOT_FOUND", None)
        assert door.records()[-1]["answer"] == "NOT_FOUND"
        put_behind(door, proxied(source_rules(department.port, absent={"pointer": "/data"})))
        department.behave = says({"data": None})
        assert told(await door.proxy(ask("paid")))["answer"] == "NOT_FOUND"

    act(scene)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"fields": ["paid", "taxpayer"]}, "field-out-of-scope"),
        ({"fields": ["secret"]}, "field-out-of-scope"),
        ({"purpose": "ANOTHER_PURPOSE"}, "purpose-not-granted"),
        ({"parameters": {"year": 1999}}, "malformed-request"),
        ({"parameters": {"year": "2025"}}, "malformed-request"),
        ({"parameters": {"month": 5}}, "malformed-request"),
        ({"subject": {"id_number": "120103197905121013"}}, "invalid-identifier"),
        ({"subject": None}, "malformed-request"),
        ({"fields": []}, "malformed-request"),
        ({"url": "http://elsewhere"}, "malformed-request"),
    ],
)
def test_what_is_refused_never_reaches_the_department(door: Door, changes: dict[str, object], problem: str) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port)))
        reply = await door.proxy(ask(**changes))  # type: ignore[arg-type]  # the table's changes are to the body
        assert told(reply)["type"].endswith(problem)
        assert department.asked == []
        assert [record["kind"] for record in door.records()] == ["REFUSED"]

    act(scene)


def test_a_request_sent_twice_reaches_the_department_once(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port)))
        body = ask("paid")
        statuses = [(await door.proxy(body, nonce="the-very-same-nonce-twice")).status for _ in range(2)]
        assert statuses == [200, 409]
        assert len(department.asked) == 1

    act(scene)


def test_the_nonce_is_on_the_disk_before_the_department_hears_of_it(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port)))
        seen: list[int] = []

        async def look(asked: object, writer: asyncio.StreamWriter) -> None:
            seen.append(len(list(door.journal.nonces(since_minute=0))))
            seen.append(len(door.journal.quotas(day=int(door.now + 8 * 3600) // 86_400)))
            writer.close()

        department.behave = look
        await door.proxy(ask("paid"))
        assert seen == [1, 1]

    act(scene)


def test_a_grant_suspended_while_the_department_thinks_gets_nothing(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port)))

        async def suspend(asked: object, writer: asyncio.StreamWriter) -> None:
            door.grant = replace(door.grant, status="SUSPENDED")
            door.apply()
            await says(TAXPAYER)(department.asked[-1], writer)

        department.behave = suspend
        reply = await door.proxy(ask("paid"))
        assert told(reply)["type"].endswith("grant-suspended")
        assert "已缴" not in reply.body.decode()

    act(scene)


def test_no_answer_goes_out_when_its_record_cannot_be_written(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port)))
        letterbox = door.set_out(ask("paid"))
        await door.desk.sources.settled()
        assert letterbox.replies == []
        door.journal.close()
        door.commits.commit()
        (reply,) = letterbox.replies
        assert reply.status == 503
        assert "已缴" not in reply.body.decode()

    act(scene)


def test_a_proxy_service_answers_no_query_and_no_claim(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port)))
        for kind in ("query", "verify"):
            reply = door.post(ask("paid"), path=f"/v1/{kind}/{door.service.slug}")
            assert told(reply)["type"].endswith("unknown-service" if kind == "query" else "malformed-request")
        assert department.asked == []

    act(scene)
