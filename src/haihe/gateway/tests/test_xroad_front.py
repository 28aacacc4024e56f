"""Another form of address, the same desk: what is asked under /r1 is signed, granted, recorded as under /v1."""

import json
import uuid
from base64 import b64decode
from dataclasses import replace
from typing import Any

import pytest

from haihe.gateway.messages import Reply, Request
from haihe.gateway.testing import (
    ASKER,
    CLIENT,
    PATH,
    QUERY_SERVICE,
    SECRET,
    SERVICE,
    Door,
    query,
    question,
    signed_headers,
)
from haihe.gateway.tests.conftest import LIU, ZHANG
from haihe.gateway.xroad.face import request_hash
from haihe.kernel.problems import PROBLEMS, Problem
from haihe.kernel.signing import check_response

MEMBER = f"CN-TJ/GOV/{ASKER}"
PROVIDER = "/r1/CN-TJ/GOV/120012/000001"
VERIFY, QUERY = f"{PROVIDER}/{SERVICE}/verify", f"{PROVIDER}/{QUERY_SERVICE}/query"
NAMED = {"x-road-client": f"{MEMBER}/{CLIENT}"}


def fields(reply: Reply) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in reply.headers.splitlines())


def ask(door: Door, body: bytes, *, path: str = VERIFY, more: dict[str, str] | None = None, **signing: Any) -> Reply:
    headers = signed_headers(body, **({"path": path, "created": int(door.now)} | signing))
    return door.post(body, path=path, headers=headers | (NAMED if more is None else more))


def get(door: Door, path: str, *, signed: bool = False, query: str | None = None, **more: str) -> Reply:
    headers = signed_headers(b"", method="GET", path=path, created=int(door.now)) if signed else {}
    return door.send(Request("GET", path, query, headers | NAMED | more, b"", keep_alive=True))


def error(reply: Reply) -> str:
    told = json.loads(reply.body)
    assert set(told) == {"type", "message", "detail"}
    assert fields(reply)["x-road-error"] == told["type"]
    assert fields(reply)["x-road-request-id"] == told["detail"]
    assert reply.media_type == "application/json;charset=utf-8"
    return str(told["type"])


def test_a_question_is_answered_as_under_v1_and_recorded_the_same(door: Door) -> None:
    there, here = door.post(question(LIU.id_number)), ask(door, question(LIU.id_number))
    assert (here.status, here.media_type) == (200, "application/json")
    answers = [json.loads(reply.body) for reply in (there, here)]
    assert [answer.pop("evidence") for answer in answers] == [record["evidence"] for record in door.records()]
    assert answers[0] == answers[1]
    apart = {"at", "evidence", "request_digest", "reply_digest"}
    first, second = ({k: v for k, v in record.items() if k not in apart} for record in door.records())
    assert first == second


def test_the_reply_says_what_it_is_the_reply_to(door: Door) -> None:
    body, message = question(LIU.id_number), str(uuid.uuid4())
    reply = ask(door, body, more=NAMED | {"x-road-id": message})
    told = fields(reply)
    assert told["x-road-client"] == NAMED["x-road-client"]
    assert told["x-road-service"] == f"CN-TJ/GOV/120012/000001/{SERVICE}"
    assert told["x-road-id"] == message
    assert told["x-road-request-id"] == json.loads(reply.body)["evidence"]
    assert len(b64decode(told["x-road-request-hash"])) == 64
    assert "x-road-error" not in told
    assert fields(ask(door, body))["x-road-id"] == door.records()[-1]["evidence"]


def test_the_hash_is_over_everything_that_was_asked() -> None:
    asked = Request("POST", VERIFY, None, NAMED | {"content-digest": "d"}, b"{}")
    changed = [
        Request("PUT", VERIFY, None, asked.headers, b"{}"),
        Request("POST", QUERY, None, asked.headers, b"{}"),
        Request("POST", VERIFY, "x=1", asked.headers, b"{}"),
        Request("POST", VERIFY, None, asked.headers | {"x-road-issue": "1"}, b"{}"),
        Request("POST", VERIFY, None, asked.headers, b"{} "),
        Request("POST", VERIFY, None, asked.headers, b""),
    ]
    assert len({request_hash(request) for request in (asked, *changed)}) == len(changed) + 1


def test_the_gateway_s_own_signature_is_on_answers_and_on_refusals(door: Door) -> None:
    for body, status in ((question(LIU.id_number), 200), (question(LIU.id_number, purpose="CURIOSITY"), 403)):
        headers = signed_headers(body, path=VERIFY, created=int(door.now))
        reply = door.post(body, path=VERIFY, headers=headers | NAMED)
        assert reply.status == status
        assert check_response(
            fields(reply), status=status, body=reply.body, client_id=CLIENT, secret=SECRET, request_headers=headers
        )


def test_fields_are_read_through_their_masks(door: Door) -> None:
    door.open_relief_details()
    body = query(ZHANG, "relief_type", purpose="RENT_SUBSIDY_ASSESSMENT")
    assert json.loads(ask(door, body, path=QUERY).body)["answer"] == "NOT_FOUND"
    bare = ask(door, body, path=QUERY.removesuffix("/query"))
    assert json.loads(bare.body)["answer"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("named", "status"),
    [(MEMBER, 200), (f"{MEMBER}/{CLIENT}", 200), (f"{MEMBER}/another", 401), ("CN-TJ/GOV/120012", 401),
     (f"EE/GOV/{ASKER}/{CLIENT}", 401), (f"CN-TJ/COM/{ASKER}/{CLIENT}", 401), ("CN-TJ/GOV", 400), ("", 400),
     (f"{MEMBER}/{CLIENT}/more", 400), (f"CN-TJ/GOV/%31{ASKER[1:]}", 400)],
)  # fmt: skip
def test_the_client_that_is_named_must_be_the_one_that_signed(door: Door, named: str, status: int) -> None:
    reply = ask(door, question(LIU.id_number), more={"x-road-client": named})
    assert reply.status == status
    if status != 200:
        assert error(reply).startswith("Client.")
        assert [record["kind"] for record in door.records()] == ["REFUSED"]


def test_without_a_client_named_nothing_is_asked(door: Door) -> None:
    reply = ask(door, question(LIU.id_number), more={})
    assert (reply.status, error(reply)) == (400, "Client.BadRequest.MalformedRequest")


def test_a_strangers_signature_learns_nothing_of_who_a_client_belongs_to(door: Door) -> None:
    body = question(LIU.id_number)
    told = {
        json.loads(ask(door, body, more={"x-road-client": named}, secret=b"x" * 32).body)["message"]
        for named in (MEMBER, "CN-TJ/GOV/120012")
    }
    assert len(told) == 1


@pytest.mark.parametrize(
    ("issue", "case", "status"),
    [("GJJ-1", "GJJ-1", 200), ("GJJ-2", "GJJ-1", 400), ("公积金-1".encode().decode("latin-1"), "公积金-1", 200)],
)
def test_the_issue_is_the_case_that_was_signed(door: Door, issue: str, case: str, status: int) -> None:
    reply = ask(door, question(LIU.id_number, case=case), more=NAMED | {"x-road-issue": issue})
    assert reply.status == status
    assert door.records()[-1].get("case") == case


def test_the_signature_is_over_this_address_and_no_other(door: Door) -> None:
    body = question(LIU.id_number)
    reply = door.post(body, path=VERIFY, headers=signed_headers(body, path=PATH, created=int(door.now)) | NAMED)
    assert error(reply) == "Client.NotAuthenticated.CredentialsInvalid"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (f"{PROVIDER}/no-such-service/verify", "Server.ServerProxy.UnknownService.UnknownService"),
        (f"/r1/CN-TJ/GOV/120013/000001/{SERVICE}/verify", "Server.ServerProxy.UnknownService.UnknownService"),
        (f"/r1/CN-TJ/GOV/120012/000002/{SERVICE}/verify", "Server.ServerProxy.UnknownService.UnknownService"),
        (f"/r1/CN-BJ/GOV/120012/000001/{SERVICE}/verify", "Server.ServerProxy.UnknownService.UnknownService"),
        (f"{PROVIDER}/{SERVICE}/query", "Server.ServerProxy.UnknownService.UnknownService"),
        (f"{PROVIDER}/_health/verify", "Server.ServerProxy.UnknownService.UnknownService"),
        (f"{PROVIDER}/{SERVICE}/verify/batch", "Server.ServerProxy.UnknownService.UnknownService"),
        ("/r1/", "Server.ServerProxy.UnknownService.NotFound"),
        (f"/r1//GOV/120012/000001/{SERVICE}", "Server.ServerProxy.UnknownService.NotFound"),
    ],
)
def test_what_isn_t_there_is_told_in_their_form(door: Door, path: str, kind: str) -> None:
    assert error(ask(door, question(LIU.id_number), path=path)) == kind


def test_refusals_come_in_their_form_for_the_same_reasons(door: Door) -> None:
    door.grant = replace(door.grant, status="SUSPENDED")
    door.apply()
    assert error(ask(door, question(LIU.id_number))) == "Server.ServerProxy.AccessDenied.GrantSuspended"
    assert error(ask(door, b"{")) == "Client.BadRequest.MalformedRequest"
    replayed = signed_headers(b"{", path=VERIFY, created=int(door.now)) | NAMED
    door.post(b"{", path=VERIFY, headers=replayed)
    assert error(door.post(b"{", path=VERIFY, headers=replayed)) == "Client.BadRequest.ReplayedRequest"
    door.now += 3600
    assert error(ask(door, question(LIU.id_number))) == "Server.ServerProxy.ServiceFailed.Unavailable"


def test_every_problem_there_is_has_its_own_type() -> None:
    from haihe.gateway.xroad.errors import error_type

    types = {error_type(Problem.of(slug)) for slug in PROBLEMS}
    assert len(types) == len(PROBLEMS)
    assert all(kind.startswith(("Client.", "Server.ServerProxy.")) for kind in types)


def test_other_methods_are_told_which_one_it_takes(door: Door) -> None:
    for path, method, allowed in ((VERIFY, "GET", "POST"), (f"{PROVIDER}/listMethods", "POST", "GET")):
        reply = door.send(Request(method, path, None, dict(NAMED), b"", keep_alive=True))
        assert (reply.status, fields(reply)["allow"]) == (405, allowed)


def test_the_subsystem_lists_what_it_offers_and_what_of_it_the_caller_may_ask(door: Door) -> None:
    door.open_relief_details()
    listed = json.loads(get(door, f"{PROVIDER}/listMethods").body)["service"]
    assert [(each["service_code"], each["endpoint_list"]) for each in listed] == [
        (QUERY_SERVICE, [{"method": "POST", "path": "/query"}]),
        (SERVICE, [{"method": "POST", "path": "/verify"}]),
    ]
    assert {key: listed[0][key] for key in ("xroad_instance", "member_class", "member_code", "subsystem_code")} == {
        "xroad_instance": "CN-TJ", "member_class": "GOV", "member_code": "120012", "subsystem_code": "000001",
    }  # fmt: skip

    def allowed() -> list[str]:
        reply = get(door, f"{PROVIDER}/allowedMethods", signed=True)
        return [each["service_code"] for each in json.loads(reply.body)["service"]]

    assert allowed() == [QUERY_SERVICE, SERVICE]
    door.grant = replace(door.grant, status="SUSPENDED")
    door.apply()
    assert allowed() == [QUERY_SERVICE]
    door.others = [(service, replace(grant, organisation="120099")) for service, grant in door.others]
    door.apply()
    assert allowed() == []


@pytest.mark.parametrize("path", [f"{PROVIDER}/allowedMethods", "/listClients"])
def test_what_is_granted_and_who_takes_part_is_told_to_who_signed(door: Door, path: str) -> None:
    assert error(get(door, path)) == "Client.NotAuthenticated.CredentialsMissing"
    other = get(door, path, signed=True, **{"x-road-client": "CN-TJ/GOV/120012"})
    assert error(other) == "Client.NotAuthenticated.CredentialsInvalid"
    headers = signed_headers(b"", method="GET", path=path, created=int(door.now)) | NAMED
    first, second = (door.send(Request("GET", path, None, dict(headers), b"", keep_alive=True)) for _ in range(2))
    assert first.status == 200
    assert "signature" in fields(first)
    assert error(second) == "Client.BadRequest.ReplayedRequest"


def test_clients_are_members_and_the_subsystems_that_offer_something(door: Door) -> None:
    listed = json.loads(get(door, "/listClients", signed=True, query="xRoadInstance=CN-TJ").body)["member"]
    assert [(each["id"]["object_type"], each["id"]["member_code"], each["name"]) for each in listed] == [
        ("MEMBER", "120012", "市民政局"),
        ("MEMBER", "120040", "市住房公积金管理中心"),
        ("SUBSYSTEM", "120012", "市民政局"),
    ]
    assert get(door, "/listClients", signed=True, query="xRoadInstance=EE").status == 404


@pytest.mark.parametrize(
    ("asked", "status"),
    [(f"serviceCode={SERVICE}", 200), (None, 400), ("serviceCode=", 404), ("serviceCode=_health", 404), ("x", 400),
     ("serviceCode=a&serviceCode=b", 400), ("serviceCode=%ff", 400), ("a=1&b=2&c=3&d=4&e=5", 400)],
)  # fmt: skip
def test_a_service_is_described_by_its_code(door: Door, asked: str | None, status: int) -> None:
    assert get(door, f"{PROVIDER}/getOpenAPI", query=asked).status == status


def test_metaservices_of_who_offers_nothing_are_unknown(door: Door) -> None:
    for path in ("/r1/CN-TJ/GOV/120099/000001/listMethods", f"{PROVIDER}/listMethods/more"):
        assert error(get(door, path)).startswith("Server.ServerProxy.UnknownService.")


def test_what_a_request_carries_can_t_write_headers_into_the_reply(door: Door) -> None:
    for name in ("x-road-client", "x-road-id", "x-road-issue", "x-road-userid"):
        for value in ("a\r\nset-cookie: x=1", "a\nb", "\x00", "é" * 300):
            reply = ask(door, question(LIU.id_number), more=NAMED | {name: value})
            assert error(reply) == "Client.BadRequest.MalformedRequest"
            assert "set-cookie" not in reply.headers
