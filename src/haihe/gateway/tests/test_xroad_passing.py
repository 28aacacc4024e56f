"""A department's own address under the X-Road front: only its owner's method and path, and never an identity number."""

import asyncio
import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from typing import Any

import pytest

from haihe.gateway.messages import Reply, Request
from haihe.gateway.testing import Door, Letterbox, signed_headers
from haihe.gateway.testing_changes import FIELDS, asking, subscribe
from haihe.gateway.testing_source import FakeDepartment, ask, proxied, put_behind, says, source_rules
from haihe.gateway.tests.test_proxy import act
from haihe.gateway.tests.test_xroad_front import NAMED, error, fields
from haihe.kernel.signing import Where

PROVIDER = "/r1/CN-TJ/GOV/120015/000001"
BY_YEAR: dict[str, Any] = {"year": {"in": "path", "form": "integer", "least": 2000, "most": 2100}}


def set_out(door: Door, path: str, body: bytes, **more: str) -> Letterbox:
    """Send a signed question and let it go out."""
    signed = signed_headers(body, path=path, created=int(door.now)) | NAMED | more
    letterbox = Letterbox()
    door.gateway.answer(Request("POST", path, None, signed, body, True, True), letterbox)
    door.commits.commit()
    return letterbox


async def passed(door: Door, path: str, body: bytes, **more: str) -> Reply:
    letterbox = set_out(door, path, body, **more)
    await door.desk.sources.settled()
    door.commits.commit()
    (reply,) = letterbox.replies
    return reply


def by_year(port: int, **changes: object) -> dict[str, Any]:
    rules = source_rules(port, parameters=BY_YEAR, **changes)
    return rules | {"url": f"{rules['url']}/{{year}}"}


@pytest.mark.parametrize("behind", ["", "/proxy"])
def test_by_the_kind_s_own_word_it_is_asked_as_under_v1(door: Door, behind: str) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port)))
        reply = await passed(door, f"{PROVIDER}/tax-paid{behind}", ask("paid"), **{"x-road-id": "m-1"})
        assert json.loads(reply.body)["values"] == {"paid": "已缴"}
        told = fields(reply)
        assert (told["x-road-id"], told["x-road-request-id"]) == ("m-1", json.loads(reply.body)["evidence"])
        assert "x-road-error" not in told

    act(scene)


def test_the_owners_path_takes_its_parameters_from_the_address(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(by_year(department.port)))
        reply = await passed(door, f"{PROVIDER}/tax-paid/v1/taxpayers/2025", ask("paid"))
        assert reply.status == 200
        assert department.asked[0].target == "/v1/taxpayers/2025"

    act(scene)


@pytest.mark.parametrize(
    ("behind", "parameters", "kind"),
    [
        ("/v1/taxpayers/1999", {}, "Client.BadRequest.MalformedRequest"),
        ("/v1/taxpayers/2025", {"year": 2024}, "Client.BadRequest.MalformedRequest"),
        ("/v1/taxpayers/02025", {}, "Server.ServerProxy.UnknownService.UnknownService"),
        ("/v1/taxpayers/2_025", {}, "Server.ServerProxy.UnknownService.UnknownService"),
        ("/v1/taxpayers", {}, "Server.ServerProxy.UnknownService.UnknownService"),
        ("/v1/taxpayers/2025/more", {}, "Server.ServerProxy.UnknownService.UnknownService"),
        ("/v2/taxpayers/2025", {}, "Server.ServerProxy.UnknownService.UnknownService"),
        ("/v1/../2025", {}, "Server.ServerProxy.UnknownService.UnknownService"),
        ("/v1/taxpayers/20%325", {}, "Server.ServerProxy.UnknownService.NotFound"),
        ("/v1/taxpayers/2025/", {}, "Server.ServerProxy.UnknownService.NotFound"),
        ("/query", {}, "Server.ServerProxy.UnknownService.UnknownService"),
    ],
)
def test_no_other_address_leads_to_the_department(
    door: Door, behind: str, parameters: dict[str, int], kind: str
) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(by_year(department.port)))
        reply = await passed(door, f"{PROVIDER}/tax-paid{behind}", ask("paid", parameters=parameters))
        assert error(reply) == kind
        assert department.asked == []

    act(scene)


def test_where_a_person_would_stand_in_the_path_there_is_no_such_address(door: Door) -> None:
    rules = source_rules(1, subject={"in": "path", "logged": True}) | {"url": "http://127.0.0.1:1/v1/{subject}"}
    put_behind(door, proxied(rules))
    reply = set_out(door, f"{PROVIDER}/tax-paid/v1/120103197905121012", ask("paid")).replies[0]
    assert error(reply) == "Server.ServerProxy.UnknownService.UnknownService"
    listed = door.send(Request("GET", f"{PROVIDER}/listMethods", None, dict(NAMED), b"", True))
    assert json.loads(listed.body)["service"][0]["endpoint_list"] == [{"method": "POST", "path": "/proxy"}]


def test_a_source_that_fails_is_told_of_in_their_form(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port)))
        reply = await passed(door, f"{PROVIDER}/tax-paid", ask("paid"))
        assert (reply.status, error(reply)) == (502, "Server.ServerProxy.ServiceFailed.SourceAnswerInvalid")
        (record,) = door.records()
        assert record["reason"] == "SOURCE_ANSWER_INVALID"

    act(scene, FakeDepartment(says({}, status=500)))


def test_a_grant_suspended_meanwhile_is_told_of_in_their_form(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(source_rules(department.port)))
        letterbox = set_out(door, f"{PROVIDER}/tax-paid", ask("paid"))
        door.grant = replace(door.grant, status="SUSPENDED")
        door.apply()
        await door.desk.sources.settled()
        door.commits.commit()
        assert error(letterbox.replies[0]) == "Server.ServerProxy.AccessDenied.GrantSuspended"
        await asyncio.sleep(0)

    act(scene)


def test_a_subscription_begins_and_is_refused_in_their_form(door: Door) -> None:
    subscribe(door, *FIELDS)
    path = "/r1/CN-TJ/GOV/120012/000001/relief-changes/subscribe"
    # The register behind this door has no history.
    assert error(set_out(door, path, asking("kind")).replies[0]) == "Server.ServerProxy.ServiceFailed.Unavailable"
    old = Request("POST", path, None, signed_headers(b"{}", path=path) | NAMED, b"{}", True, may_stream=False)
    assert error(door.send(old)) == "Client.BadRequest.MalformedRequest"


def test_a_large_body_is_given_room_where_it_may_name_many(door: Door) -> None:
    subscribe(door, *FIELDS)
    base = "/r1/CN-TJ/GOV/120012/000001/relief-changes"

    def room(path: str) -> object:
        signed = signed_headers(b"x", path=path, created=int(door.now))
        return door.gateway.room_for(Request("POST", path, None, signed), 1 << 20)

    for path in (base, f"{base}/subscribe"):
        lease = room(path)
        assert not isinstance(lease, str)
        lease.give_back()  # type: ignore[attr-defined]  # a lease, as was just seen
    for path in (f"{base}/verify", f"{base}/proxy", f"{base}-not", "/r1/x"):
        assert room(path) == "body-too-large"


WHOLE = ("@method", "@target-uri", "haihe-question", "content-digest")
HOST = {"host": "gateway.example"}


def by_get(port: int) -> dict[str, Any]:
    parameters = BY_YEAR | {"on": {"in": "query", "form": "date", "name": "Datum", "required": False}}
    rules = source_rules(port, method="GET", subject={"in": "header", "name": "X-Sfzh"}, parameters=parameters)
    return rules | {"url": f"{rules['url']}/{{year}}"}


async def got(
    door: Door,
    path: str = "/v1/taxpayers/2025",
    *,
    query: str | None = None,
    question: str | None = None,
    covered: tuple[str, ...] = WHOLE,
    signed_query: str | None = None,
    method: str = "GET",
    body: bytes = b"",
) -> Reply:
    """Ask by GET, with the question in a header; what is signed may differ from what is sent."""
    told = urlsafe_b64encode(ask("paid")).decode().rstrip("=") if question is None else question
    target = f"{PROVIDER}/tax-paid{path}"
    over = query if signed_query is None else signed_query
    signed = signed_headers(
        body, method=method, path=f"{target}?{over}" if over else target, created=int(door.now),
        covered=covered, where=Where("http", HOST["host"], told or None),
    )  # fmt: skip
    more = NAMED | HOST | ({"haihe-question": told} if told else {})
    letterbox = Letterbox()
    door.gateway.answer(Request(method, target, query, signed | more, body, True, True), letterbox)
    door.commits.commit()
    await door.desk.sources.settled()
    door.commits.commit()
    (reply,) = letterbox.replies
    return reply


def test_what_is_asked_by_get_has_its_question_in_a_header(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(by_get(department.port)))
        reply = await got(door, query="on=2026-01-31")
        assert json.loads(reply.body)["values"] == {"paid": "已缴"}
        (asked,) = department.asked
        assert (asked.method, asked.target) == ("GET", "/v1/taxpayers/2025?Datum=2026-01-31")
        assert asked.headers["x-sfzh"] == "120103197905121012"
        (record,) = door.records()
        assert (record["kind"], record["case"]) == ("PROXY", "GJJ-2026-1")
        listed = door.send(Request("GET", f"{PROVIDER}/listMethods", None, dict(NAMED), b"", True))
        assert json.loads(listed.body)["service"][0]["endpoint_list"] == [
            {"method": "POST", "path": "/proxy"}, {"method": "GET", "path": "/v1/taxpayers/{year}"},
        ]  # fmt: skip

    act(scene)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"query": "on=2026-01-31", "signed_query": "on=2026-02-28"}, "Client.NotAuthenticated.CredentialsInvalid"),
        ({"query": "on=2026-01-31", "signed_query": ""}, "Client.NotAuthenticated.CredentialsInvalid"),
        ({"covered": ("@method", "@target-uri", "content-digest")}, "Client.NotAuthenticated.CredentialsInvalid"),
        (
            {"covered": ("@method", "@authority", "@path", "content-digest")},
            "Client.NotAuthenticated.CredentialsInvalid",
        ),
        ({"covered": ()}, "Client.NotAuthenticated.CredentialsInvalid"),
        ({"query": "on=2026-13-31"}, "Client.BadRequest.MalformedRequest"),
        ({"query": "Datum=2026-01-31"}, "Client.BadRequest.MalformedRequest"),
        ({"query": "year=2025"}, "Client.BadRequest.MalformedRequest"),
        ({"query": "on=2026-01-31&on=2026-01-30"}, "Client.BadRequest.MalformedRequest"),
        ({"question": "e30"}, "Client.BadRequest.MalformedRequest"),
        ({"question": "not base64"}, "Client.BadRequest.MalformedRequest"),
        ({"body": b"{}"}, "Client.BadRequest.MalformedRequest"),
    ],
)
def test_by_get_nothing_counts_that_nobody_signed(door: Door, changes: dict[str, Any], kind: str) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(by_get(department.port)))
        assert error(await got(door, **changes)) == kind
        assert department.asked == []

    act(scene)


def test_each_address_takes_the_method_that_is_its_own(door: Door) -> None:
    put_behind(door, proxied(by_get(1)))
    for path, method, allowed in (("/v1/taxpayers/2025", "POST", "GET"), ("/proxy", "GET", "POST")):
        reply = door.send(Request(method, f"{PROVIDER}/tax-paid{path}", None, dict(NAMED), b"", keep_alive=True))
        assert (reply.status, fields(reply)["allow"]) == (405, allowed)
