"""A department's own address under the X-Road front: only its owner's method and path, and never an identity number."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from haihe.gateway.messages import Reply, Request
from haihe.gateway.testing import Door, Letterbox, signed_headers
from haihe.gateway.testing_changes import FIELDS, asking, subscribe
from haihe.gateway.testing_source import FakeDepartment, ask, proxied, put_behind, says, source_rules
from haihe.gateway.tests.test_proxy import act
from haihe.gateway.tests.test_xroad_front import NAMED, error, fields

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
