"""Each bad input is refused with its problem document, and the refusal is recorded."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from haihe.gateway.messages import Reply, Request
from haihe.gateway.policy import Maintenance
from haihe.gateway.testing import CLIENT, PATH, Door, question, signed_headers
from haihe.gateway.tests.conftest import LIU, ZHANG
from haihe.kernel.problems import PROBLEMS

type Case = Callable[[Door], Reply]

BODY = question(LIU.id_number)


def body(**changes: object) -> Case:
    return lambda door: door.post(question(LIU.id_number, **changes))


def raw(text: bytes) -> Case:
    return lambda door: door.post(text)


def headers(changes: dict[str, str | None]) -> Case:
    def send(door: Door) -> Reply:
        changed = {**signed_headers(BODY, created=int(door.now)), **changes}
        return door.post(BODY, headers={name: value for name, value in changed.items() if value is not None})

    return send


def signing(**changes: Any) -> Case:
    return lambda door: door.post(BODY, **changes)


def skewed(seconds: int) -> Case:
    return lambda door: door.post(BODY, created=int(door.now) + seconds)


def policy(**changes: Any) -> Case:
    def send(door: Door) -> Reply:
        door.grant = replace(door.grant, **changes)
        door.apply()
        return door.post(BODY)

    return send


def expired(door: Door) -> Reply:
    door.grant = replace(door.grant, valid_until=door.now)
    door.apply()
    return door.post(BODY)


def key_of_yesterday(door: Door) -> Reply:
    door.client = replace(door.client, keys=tuple(key._replace(expires_at=door.now) for key in door.client.keys))
    door.apply()
    return door.post(BODY)


def token_for(service: str) -> Case:
    def send(door: Door) -> Reply:
        text = door.desk.tokens.issue(client_id=CLIENT, key_id="", services=(service,), now=door.now)
        given = {"content-type": "application/json", "authorization": f"Bearer {text}"}
        return door.send(Request("POST", PATH, None, given, BODY, keep_alive=True, is_private=True))

    return send


def twice_at_once(door: Door) -> Reply:
    door.grant = replace(door.grant, rate_per_s=1)
    door.apply()
    door.desk.rates.take(door.grant.id, door.grant.rate_per_s, door.now)
    return door.post(BODY)


def under_maintenance(door: Door) -> Reply:
    door.maintenance.append(Maintenance("120012", "", door.now, door.now + 1, "系统升级", serves_on=False))
    door.apply()
    return door.post(BODY)


def not_yet(door: Door) -> Reply:
    door.grant = replace(door.grant, valid_from=door.now + 1)
    door.apply()
    return door.post(BODY)


def foreign(door: Door) -> Reply:
    door.grant = replace(door.grant, organisation="120030")
    door.apply()
    return door.post(BODY)


def replayed(door: Door) -> Reply:
    asked = signed_headers(BODY, created=int(door.now))
    assert door.post(BODY, headers=asked).status == 200
    return door.post(BODY, headers=asked)


def reused_nonce(door: Door) -> Reply:
    assert door.post(BODY, nonce="one-nonce-for-all").status == 200
    return door.post(question(ZHANG), nonce="one-nonce-for-all")


def request(method: str, path: str, query: str | None = None) -> Case:
    def send(door: Door) -> Reply:
        return door.send(
            Request(method, path, query, signed_headers(BODY, created=int(door.now)), BODY, keep_alive=True)
        )

    return send


def too_large(door: Door) -> Reply:
    return door.send(Request("POST", PATH, None, {}, b"", keep_alive=True, fault="body-too-large"))


def claim_not_offered(door: Door) -> Reply:
    door.grant = replace(door.grant, claims=frozenset({"on_relief", "gone"}))
    door.apply()
    return door.post(question(LIU.id_number, claim="gone"))


def old_policy(door: Door) -> Reply:
    door.now += 61
    return door.post(BODY)


NONSENSE = "haihe=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:"
SUBJECT = {"id_number": LIU.id_number}

CASES: list[tuple[str, str, Case]] = [
    ("no signature", "credentials-missing", headers({"signature": None})),
    ("no signature input", "credentials-missing", headers({"signature-input": None})),
    ("forged signature", "credentials-invalid", headers({"signature": NONSENSE})),
    ("no digest", "credentials-invalid", headers({"content-digest": None})),
    ("another digest", "credentials-invalid", headers({"content-digest": f"sha-256={NONSENSE[6:]}"})),
    ("unknown client", "credentials-invalid", signing(client_id="stranger")),
    ("wrong secret", "credentials-invalid", signing(secret=b"x" * 32)),
    ("signed for another path", "credentials-invalid", lambda door: door.post(BODY, headers=other_path(door))),
    ("signed for another method", "credentials-invalid", signing(method="PUT")),
    ("clock too slow", "clock-skew", skewed(-302)),
    ("clock too fast", "clock-skew", skewed(302)),
    ("replay", "replayed-request", replayed),
    ("nonce used again", "replayed-request", reused_nonce),
    ("not JSON", "malformed-request", raw(b"{")),
    ("empty", "malformed-request", raw(b"")),
    ("not UTF-8", "malformed-request", raw(b'{"purpose": "\xff"}')),
    ("a list", "malformed-request", raw(b"[]")),
    ("nothing in it", "malformed-request", raw(b"{}")),
    ("trailing text", "malformed-request", raw(BODY + b"{}")),
    ("unknown key", "malformed-request", body(extra=1)),
    ("unknown key of the subject", "malformed-request", body(subject=SUBJECT | {"phone": "1"})),
    ("number instead of text", "malformed-request", body(subject={"id_number": 120103197905121012})),
    ("null subject", "malformed-request", body(subject=None)),
    ("empty name", "malformed-request", body(subject=SUBJECT | {"name": ""})),
    ("overlong case", "malformed-request", body(case="x" * 65)),
    ("line break in case", "malformed-request", body(case="a\nb")),
    ("empty case", "malformed-request", body(case="")),
    ("purpose of another form", "malformed-request", body(purpose="Housing fund")),
    ("claim of another form", "malformed-request", body(claim="../x")),
    ("query", "malformed-request", request("POST", PATH, "a=1")),
    ("empty query", "malformed-request", request("POST", PATH, "")),
    ("form instead of JSON", "unsupported-media-type", headers({"content-type": "application/x-www-form-urlencoded"})),
    ("no content type", "unsupported-media-type", headers({"content-type": None})),
    ("too large", "body-too-large", too_large),
    ("get", "method-not-allowed", request("GET", PATH)),
    ("put", "method-not-allowed", request("PUT", PATH)),
    ("post to health", "method-not-allowed", request("POST", "/healthz")),
    ("unknown path", "not-found", request("POST", "/v2/verify/relief-status")),
    ("root", "not-found", request("GET", "/")),
    ("dots", "not-found", request("POST", "/v1/verify/../verify/relief-status")),
    ("encoded", "not-found", request("POST", "/v1/verify/relief%2Dstatus")),
    ("double slash", "not-found", request("POST", "/v1/verify//relief-status")),
    ("trailing slash", "not-found", request("POST", PATH + "/")),
    ("null byte", "not-found", request("POST", PATH + "%00")),
    ("upper case", "not-found", request("POST", PATH.upper())),
    ("absolute form", "not-found", request("POST", f"http://gateway{PATH}")),
    ("reserved service", "not-found", request("POST", "/v1/verify/_health")),
    ("unknown service", "unknown-service", lambda door: door.post(BODY, path="/v1/verify/nothing")),
    ("no grant", "no-grant", foreign),
    ("expired grant", "grant-expired", expired),
    ("grant of tomorrow", "grant-expired", not_yet),
    ("token over plain HTTP", "tls-required", headers({"authorization": "Bearer x"})),
    ("token for another service", "insufficient-scope", token_for("other")),
    ("ended key", "key-expired", key_of_yesterday),
    ("too fast", "rate-limited", twice_at_once),
    ("provider works on its systems", "provider-maintenance", under_maintenance),
    ("suspended grant", "grant-suspended", policy(status="SUSPENDED")),
    ("terminated grant", "grant-terminated", policy(status="TERMINATED")),
    ("other purpose", "purpose-not-granted", body(purpose="CURIOSITY")),
    ("claim not granted", "field-out-of-scope", body(claim="extreme_hardship")),
    ("unknown claim", "field-out-of-scope", body(claim="whatever")),
    ("claim no longer offered", "unavailable", claim_not_offered),
    ("over quota", "quota-exceeded", policy(quota_per_day=0)),
    ("wrong check digit", "invalid-identifier", body(subject={"id_number": "120103197905121013"})),
    ("no identifier at all", "invalid-identifier", body(subject={"id_number": ""})),
    ("old policy", "unavailable", old_policy),
]


def other_path(door: Door) -> dict[str, str]:
    return signed_headers(BODY, path="/v1/verify/other", created=int(door.now))


@pytest.mark.parametrize(("slug", "case"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_bad_input_is_refused_and_recorded(door: Door, slug: str, case: Case) -> None:
    reply = case(door)
    problem = json.loads(reply.body)
    assert problem["type"] == f"urn:haihe:problem:{slug}"
    assert reply.status == problem["status"] == PROBLEMS[slug].status
    assert reply.media_type == "application/problem+json"
    record = door.records()[-1]
    assert (record["kind"], record["problem"], record["answer"], record["subject"]) == ("REFUSED", slug, None, None)
    assert problem["instance"] == f"urn:uuid:{record['evidence']}"


def test_every_problem_but_those_of_others_is_covered() -> None:
    elsewhere = {"source-unreachable", "source-timeout", "source-answer-invalid"}  # test_proxy_when_the_source_fails
    elsewhere.add("cursor-too-old")  # tests/contract/test_subscriptions_tell_what_changed
    elsewhere.add("identity-not-confirmed")  # of score day
    elsewhere |= {
        "access-conditional",
        "dataset-withdrawn",
        "query-invalid",
        "query-too-costly",
        "range-invalid",
    }  # open data
    assert {slug for _, slug, _ in CASES} == set(PROBLEMS) - elsewhere


@pytest.mark.parametrize(
    ("case", "client", "consumer"),
    [
        (signing(client_id="stranger"), None, None),
        (signing(secret=b"x" * 32), CLIENT, None),
        (skewed(400), CLIENT, "120040"),
        (body(purpose="CURIOSITY"), CLIENT, "120040"),
    ],
    ids=["stranger", "forger", "late", "curious"],
)
def test_the_record_tells_who_claimed_to_ask_from_who_asked(
    door: Door, case: Case, client: str | None, consumer: str | None
) -> None:
    case(door)
    record = door.records()[-1]
    assert (record["client"], record["consumer"]) == (client, consumer)


def test_a_method_that_is_not_allowed_is_told_which_is(door: Door) -> None:
    assert "allow: POST\r\n" in request("GET", PATH)(door).headers
    assert "allow: GET\r\n" in request("POST", "/healthz")(door).headers


def test_a_malformed_body_is_told_the_place_but_no_value(door: Door) -> None:
    detail = json.loads(body(subject={"id_number": 120103197905121012})(door).body)["detail"]
    assert "$.subject.id_number" in detail
    assert "120103" not in detail


def test_the_wrong_identifier_is_explained_without_repeating_it(door: Door) -> None:
    problem = json.loads(body(subject={"id_number": "120103197905121013"})(door).body)
    assert "校验码" in problem["detail"]
    assert "1979" not in json.dumps(problem)


def test_of_several_grants_one_that_fits_is_enough(door: Door) -> None:
    grants = {("120040", door.grant.service): (replace(door.grant, status="SUSPENDED"), door.grant)}
    policy_now = door.desk.policy.current(now=door.now)
    assert policy_now is not None
    door.desk.policy.confirm(replace(policy_now, grants=grants), now=door.now)
    assert door.post(BODY).status == 200
