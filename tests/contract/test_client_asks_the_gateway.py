"""The client and a real gateway over HTTP: answers with evidence, refusals with their problem, batches in parts."""

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from haihe.client import Answer, AsyncHaihe, Haihe, NotTrusted, QueryAnswer, Refused, Subject, UnknownReason, calls
from haihe.gateway import openapi
from haihe.gateway.loopback import Loopback
from haihe.gateway.policy import QUERY, Client, ClientKey
from haihe.gateway.requests import decode_proxy
from haihe.gateway.testing import ASKER, CLIENT, PURPOSE, SECRET, SERVICE
from haihe.gateway.tests.conftest import ENDED, LIU, WANG, ZHANG
from haihe.kernel.keyring import Keyring
from haihe.kernel.mask_rules import compile_mask


@pytest.fixture
def gateway(tmp_path: Path, keyring: Keyring) -> Iterator[Loopback]:
    with Loopback(tmp_path, keyring=keyring, people=[LIU, WANG, ENDED]) as loopback:
        yield loopback


@pytest.fixture
def haihe(gateway: Loopback) -> Iterator[Haihe]:
    with Haihe(gateway.url, CLIENT, SECRET) as client:
        yield client


def test_yes_no_and_unknown_come_with_the_evidence_that_the_ledger_has(gateway: Loopback, haihe: Haihe) -> None:
    yes = haihe.verify(SERVICE, LIU.id_number, name=LIU.name, purpose=PURPOSE, case="GJJ-1")
    no = haihe.verify(SERVICE, ZHANG, purpose=PURPOSE, case="GJJ-2", claim="on_relief")
    unknown = haihe.verify(SERVICE, WANG.id_number, purpose=PURPOSE, case="GJJ-3")
    assert [yes.answer, no.answer, unknown.answer] == [Answer.MATCH, Answer.NO_MATCH, Answer.UNKNOWN]
    assert (yes.claim, yes.service, yes.reason) == ("on_relief", SERVICE, None)
    assert unknown.reason is UnknownReason.RECORD_IN_DOUBT
    assert yes.as_of is not None
    assert yes.as_of.tzinfo == UTC
    told = [(each.evidence, each.answer) for each in (yes, no, unknown)]
    assert told == [(record["evidence"], record["answer"]) for record in gateway.door.records()]


def test_several_claims_are_told_in_their_order_under_one_number(gateway: Loopback, haihe: Haihe) -> None:
    gateway.door.grant = replace(gateway.door.grant, claims=frozenset({"on_relief", "extreme_hardship"}))
    gateway.door.apply()
    claims = ["extreme_hardship", "on_relief"]
    told = haihe.verify_claims(SERVICE, LIU.id_number, claims=claims, purpose=PURPOSE, case="GJJ-1")
    assert [(each.claim, each.answer) for each in told] == [
        ("extreme_hardship", Answer.NO_MATCH),
        ("on_relief", Answer.MATCH),
    ]
    assert len({each.evidence for each in told}) == len(gateway.door.records()) == 1


def test_a_query_reads_granted_fields_through_their_masks(gateway: Loopback, haihe: Haihe) -> None:
    door, service = gateway.door, gateway.door.service
    door.service = replace(service, kind=QUERY, claims={}, masks={"valid_until": compile_mask({"mask": "year"})})
    door.grant = replace(door.grant, claims=frozenset(), fields=frozenset({"valid_until"}))
    door.apply()
    found = haihe.query(SERVICE, LIU.id_number, fields=["valid_until"], purpose=PURPOSE, case="GJJ-1")
    nobody = haihe.query(SERVICE, ZHANG, fields=["valid_until"], purpose=PURPOSE, case="GJJ-1")
    assert (found.answer, dict(found.values)) == (QueryAnswer.FOUND, {"valid_until": "2999"})
    assert (nobody.answer, dict(nobody.values)) == (QueryAnswer.NOT_FOUND, {})
    assert "2999" not in repr(found)


@pytest.mark.parametrize(
    ("slug", "changes"),
    [
        ("unknown-service", {"service": "no-such-service"}),
        ("purpose-not-granted", {"purpose": "CURIOSITY"}),
        ("field-out-of-scope", {"claim": "extreme_hardship"}),
        ("invalid-identifier", {"id_number": "120103197905121013"}),
        ("malformed-request", {"case": ""}),
        ("not-found", {"service": "../../healthz"}),
    ],
)
def test_a_refusal_carries_the_problem_document(haihe: Haihe, slug: str, changes: dict[str, str]) -> None:
    question = {"service": SERVICE, "id_number": LIU.id_number, "purpose": PURPOSE, "case": "GJJ-1"} | changes
    with pytest.raises(Refused) as refusal:
        haihe.verify(question["service"], question["id_number"], **_named(question))
    problem = refusal.value.problem
    assert problem.slug == slug
    assert problem.detail in str(refusal.value)
    assert (problem.instance or "").startswith("urn:uuid:")
    assert LIU.id_number not in str(refusal.value)


def _named(question: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in question.items() if name not in ("service", "id_number")}


def test_who_isn_t_known_is_told_so_without_a_signature(gateway: Loopback) -> None:
    with Haihe(gateway.url, "somebody", bytes(32)) as stranger, pytest.raises(Refused) as refusal:
        stranger.verify(SERVICE, LIU.id_number, purpose=PURPOSE, case="GJJ-1")
    assert refusal.value.problem.slug == "credentials-invalid"


def test_a_batch_comes_in_order_and_tells_each_line_by_itself(gateway: Loopback, haihe: Haihe) -> None:
    subjects: list[Subject | str] = [
        Subject(LIU.id_number, LIU.name),
        ZHANG,
        "not a number",
        WANG.id_number,
        LIU.id_number,
    ]
    lines = list(haihe.verify_many(SERVICE, subjects, purpose=PURPOSE, case="BATCH-1"))
    assert [line.n for line in lines] == [0, 1, 2, 3, 4]
    assert [line.answer for line in lines] == [Answer.MATCH, Answer.NO_MATCH, None, Answer.UNKNOWN, None]
    assert [line.problem and line.problem.slug for line in lines] == [
        None, None, "invalid-identifier", None, "duplicate-subject",
    ]  # fmt: skip
    assert {line.evidence for line in lines} == {lines[0].evidence, None}
    (record,) = gateway.door.packed()
    assert f'"evidence":"{lines[0].evidence}"'.encode() in record.record


def test_more_than_one_call_takes_is_asked_in_several_and_numbered_through(gateway: Loopback, haihe: Haihe) -> None:
    strangers = (f"not a number {n}" for n in range(10_002))
    lines = list(haihe.verify_many(SERVICE, strangers, purpose=PURPOSE, case="BATCH-1"))
    assert [line.n for line in lines] == list(range(10_002))
    assert {line.answer for line in lines} == {None}


def test_a_batch_may_be_refused_as_a_whole(gateway: Loopback, haihe: Haihe) -> None:
    gateway.door.grant = replace(gateway.door.grant, quota_per_day=1)
    gateway.door.apply()
    with pytest.raises(Refused) as refusal:
        list(haihe.verify_many(SERVICE, [LIU.id_number, ZHANG], purpose=PURPOSE, case="BATCH-1"))
    assert refusal.value.problem.slug == "quota-exceeded"


def test_the_same_in_an_event_loop(gateway: Loopback) -> None:
    async def ask() -> list[Answer | None]:
        async with AsyncHaihe(gateway.url, CLIENT, SECRET) as haihe:
            one = await haihe.verify(SERVICE, LIU.id_number, purpose=PURPOSE, case="GJJ-1")
            several = await haihe.verify_claims(SERVICE, ZHANG, claims=["on_relief"], purpose=PURPOSE, case="GJJ-1")
            many = [
                line.answer
                async for line in haihe.verify_many(SERVICE, [LIU.id_number, ZHANG], purpose=PURPOSE, case="B-1")
            ]
            with pytest.raises(Refused, match="unknown-service"):
                await haihe.query(SERVICE, ZHANG, fields=["status"], purpose=PURPOSE, case="GJJ-1")
            return [one.answer, *(each.answer for each in several), *many]

    assert asyncio.run(ask()) == [Answer.MATCH, Answer.NO_MATCH, Answer.MATCH, Answer.NO_MATCH]


def test_a_private_key_signs_and_the_gateway_s_published_key_is_believed(gateway: Loopback, keyring: Keyring) -> None:
    private = Ed25519PrivateKey.generate()
    gateway.door.client = Client(CLIENT, ASKER, (ClientKey((CLIENT, "k1"), private.public_key()),))
    gateway.door.apply()
    (published,) = httpx.get(f"{gateway.url}/v1/keys", trust_env=False, timeout=60).json()["keys"]
    with Haihe(gateway.url, f"{CLIENT}:k1", private, gateway_key=published["x"]) as haihe:
        assert haihe.verify(SERVICE, LIU.id_number, purpose=PURPOSE, case="GJJ-1").answer is Answer.MATCH
        lines = haihe.verify_many(SERVICE, [LIU.id_number, ZHANG], purpose=PURPOSE, case="B-1")
        assert [line.answer for line in lines] == [Answer.MATCH, Answer.NO_MATCH]
    another = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    other = urlsafe_b64encode(another).rstrip(b"=").decode()
    with Haihe(gateway.url, CLIENT, private, gateway_key=other) as haihe, pytest.raises(NotTrusted):
        haihe.verify(SERVICE, LIU.id_number, purpose=PURPOSE, case="GJJ-1")


def test_a_department_s_own_interface_is_asked_as_the_gateway_reads_it() -> None:
    about = calls.proxy("tax-paid", ZHANG, purpose="P", case="1", fields=["paid"], parameters={"year": 2025})
    asked = decode_proxy(about.body)
    assert (about.path, asked.fields, dict(asked.parameters)) == ("/v1/proxy/tax-paid", ("paid",), {"year": 2025})
    assert asked.subject is not None
    assert asked.subject.id_number == ZHANG
    thing = decode_proxy(calls.proxy("plate", None, purpose="P", case="1", fields=["x"], parameters={}).body)
    assert (thing.subject, dict(thing.parameters)) == (None, {})
    told = proxied_example()
    said = about.read(told)
    assert (said.answer, said.is_live, said.age_s) == (QueryAnswer.FOUND, told["served"] == "live", told["age_s"])
    assert dict(said.values) == told["values"]


def proxied_example() -> dict[str, Any]:
    """Return a reply as the gateway's description has it, which other tests hold to the program."""
    answered = openapi.document()["paths"]["/v1/proxy/{service}"]["post"]["responses"]["200"]
    told: dict[str, Any] = answered["content"]["application/json"]["examples"]["last_good"]["value"]
    return told


def test_a_token_serves_a_program_that_can_t_sign(gateway: Loopback, haihe: Haihe) -> None:
    token = haihe.token([SERVICE])
    assert token.services == (SERVICE,)
    assert token.access_token not in repr(token)
    asked = {"subject": {"id_number": ZHANG}, "purpose": PURPOSE, "case": "GJJ-1"}
    bearer = {"authorization": f"Bearer {token.access_token}"}
    reply = httpx.post(f"{gateway.url}/v1/verify/{SERVICE}", json=asked, headers=bearer, trust_env=False, timeout=60)
    assert (reply.status_code, reply.json()["answer"]) == (200, "NO_MATCH")

    async def refused() -> None:
        async with AsyncHaihe(gateway.url, CLIENT, bytes(32)) as stranger:
            await stranger.token()

    with pytest.raises(Refused, match="invalid_client"):
        asyncio.run(refused())
