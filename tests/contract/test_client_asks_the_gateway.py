"""The client and a real gateway over HTTP: answers with evidence, refusals with their problem, batches in parts."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from haihe.client import Answer, AsyncHaihe, Haihe, QueryAnswer, Refused, Subject, UnknownReason
from haihe.gateway.loopback import Loopback
from haihe.gateway.policy import QUERY
from haihe.gateway.testing import CLIENT, PURPOSE, SECRET, SERVICE
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
