"""Evidence of one exchange verifies offline in both suites, and nothing in it can be changed unseen."""

import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from haihe.kernel import canonical, ledger_proof, merkle
from haihe.kernel.evidence import (
    BadEvidence,
    Exchange,
    GrantTerms,
    blinded_digest,
    verify_evidence,
    write_evidence,
)
from haihe.kernel.signing import content_digest
from haihe.kernel.suites import ED25519, SM2, SUITES, Suite

SEED, LEDGER = bytes(range(32)), Ed25519PrivateKey.from_private_bytes(bytes(32))
CREDENTIAL, REQUEST, REPLY = ":c2lnbmVk:", b'{"subject":"..."}', b'{"answer":"MATCH"}'
TERMS = GrantTerms(
    id="01900000-0000-7000-8000-000000000001",
    request="GX-2026-000001",
    consumer="120040",
    owner="120012",
    resource="120012/000001",
    service="relief-status",
    scope={"on_relief": "现在是否享受低保", "extreme_hardship": "是否特困供养"},
    purposes=("HOUSING_FUND_WITHDRAWAL",),
    item="housing-fund-relief-withdrawal",
    legal_basis="住房公积金管理条例第二十四条",
    scenario="低保家庭提取住房公积金时核验救助状态。",
    valid_from="2026-11-01T00:00:00+08:00",
    valid_until="2027-11-01T00:00:00+08:00",
    quota_per_day=10_000,
    requested_at="2026-10-20T09:00:00+08:00",
    office_approved_at="2026-10-20T15:00:00+08:00",
    decided_at="2026-10-31T10:00:00+08:00",
    decided_by_rule=False,
)
each_suite = pytest.mark.parametrize("suite", SUITES.values(), ids=list(SUITES))


def _record(**changes: object) -> dict[str, object]:
    return {
        "answer": "MATCH",
        "at": "2026-11-25T08:00:00.000Z",
        "consumer": TERMS.consumer,
        "evidence": "01900000-0000-7000-8000-00000000000a",
        "fields": ["on_relief"],
        "grant": TERMS.id,
        "legal_basis": TERMS.legal_basis,
        "owner": TERMS.owner,
        "purpose": "HOUSING_FUND_WITHDRAWAL",
        "reply_digest": blinded_digest(CREDENTIAL, content_digest(REPLY)),
        "request_digest": blinded_digest(CREDENTIAL, content_digest(REQUEST)),
        "resource": TERMS.resource,
        "service": TERMS.service,
        **changes,
    }


def _proof(record: dict[str, object] | None = None) -> bytes:
    bodies = [b'{"another":1}', canonical.dumps(record or _record()), b'{"another":2}']
    leaves = [merkle.leaf_hash(body) for body in bodies]
    header = ledger_proof.BatchHeader(
        1,
        1,
        3,
        3,
        merkle.tree_root(leaves).hex(),
        "1" * 64,
        ledger_proof.FIRST_PREVIOUS,
        "2026-11-25T08:01:00.000Z",
        {},
    ).text()
    path = tuple(part.hex() for part in merkle.inclusion_proof(leaves, 1))
    signature = ledger_proof.sign_header(header, LEDGER)
    key = ledger_proof.public_key_hex(LEDGER)
    return ledger_proof.write_proof(ledger_proof.Proof(bodies[1].decode(), 1, path, header, signature, key))


def _file(suite: Suite = ED25519, terms: GrantTerms = TERMS, record: dict[str, object] | None = None) -> bytes:
    return write_evidence(_proof(record), terms, suite=suite, seed=SEED, issued_at="2026-11-25T16:05:00+08:00")


@each_suite
def test_it_verifies_with_nothing_but_the_file(suite: Suite) -> None:
    verdict = verify_evidence(_file(suite))
    assert verdict.valid, verdict.reason
    assert verdict.suite == suite.name
    assert verdict.grant is not None
    assert verdict.grant["request"] == TERMS.request
    assert not verdict.key_is_trusted


@each_suite
def test_it_verifies_with_keys_from_elsewhere(suite: Suite) -> None:
    keys: dict[str, Any] = {
        "public_key": suite.public_key(SEED).hex(),
        "ledger_key": ledger_proof.public_key_hex(LEDGER),
    }
    assert verify_evidence(_file(suite), **keys).key_is_trusted
    for name in keys:
        assert not verify_evidence(_file(suite), **{**keys, name: "0" * len(keys[name])}).valid


def test_who_kept_request_and_reply_can_show_that_they_were_these() -> None:
    verdict = verify_evidence(_file(), kept=Exchange(CREDENTIAL, REQUEST, REPLY))
    assert verdict.matched == ("request", "reply")
    assert verify_evidence(_file(), kept=Exchange(CREDENTIAL, reply=REPLY)).matched == ("reply",)


@pytest.mark.parametrize(
    "kept",
    [
        Exchange(CREDENTIAL, REQUEST + b" "),
        Exchange(CREDENTIAL, REQUEST, b'{"answer":"NO_MATCH"}'),
        Exchange(":b3RoZXI=:", REQUEST),
    ],
    ids=["another request", "another reply", "another signature"],
)
def test_other_bytes_than_those_of_the_exchange_do_not_pass(kept: Exchange) -> None:
    verdict = verify_evidence(_file(), kept=kept)
    assert not verdict.valid
    assert "is not the one of this exchange" in verdict.reason


def test_an_old_record_without_digests_says_so() -> None:
    old = {name: value for name, value in _record().items() if not name.endswith("_digest")}
    assert verify_evidence(_file(record=old)).valid
    assert "no digest" in verify_evidence(_file(record=old), kept=Exchange(CREDENTIAL, REQUEST)).reason


@pytest.mark.parametrize(
    "terms",
    [
        replace(TERMS, id="01900000-0000-7000-8000-000000000002"),
        replace(TERMS, consumer="120099"),
        replace(TERMS, owner="120099"),
        replace(TERMS, service="another"),
        replace(TERMS, legal_basis="另一条"),
        replace(TERMS, scope={"extreme_hardship": "是否特困供养"}),
        replace(TERMS, purposes=("ANOTHER",)),
        replace(TERMS, valid_from="2026-11-26T00:00:00+08:00"),
        replace(TERMS, valid_until="2026-11-25T16:00:00+08:00"),
        replace(TERMS, valid_from="2026-11-01T00:00:00"),
    ],
)
def test_what_the_grant_does_not_cover_is_never_signed(terms: GrantTerms) -> None:
    with pytest.raises(BadEvidence):
        _file(terms=terms)


def _leaves(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    if isinstance(value, dict):
        return [leaf for key, part in value.items() for leaf in _leaves(part, (*path, key))]
    if isinstance(value, list):
        return [leaf for key, part in enumerate(value) for leaf in _leaves(part, (*path, key))]
    return [path]


FILES = {suite.name: _file(suite) for suite in (ED25519, SM2)}


@settings(deadline=None, max_examples=120)
@given(st.data())
def test_no_part_of_it_can_be_altered(data: st.DataObject) -> None:
    told = json.loads(FILES[data.draw(st.sampled_from(sorted(FILES)))])
    *way, last = data.draw(st.sampled_from(_leaves(told)))
    place = told
    for step in way:
        place = place[step]
    new = data.draw(st.none() | st.text(max_size=8) | st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans())
    if type(new) is type(place[last]) and new == place[last]:
        return
    place[last] = new
    assert not verify_evidence(canonical.dumps(told)).valid


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200), st.integers(0, 4000))
def test_rubbish_is_refused_and_never_raises(rubbish: bytes, place: int) -> None:
    good = FILES["ed25519-sha256"]
    assert not verify_evidence(rubbish).valid
    spoilt = good[:place] + rubbish + good[place:]
    assert verify_evidence(spoilt).valid is (not rubbish)


def test_a_file_of_another_suites_name_is_refused() -> None:
    told = json.loads(FILES["ed25519-sha256"])
    for name in ("sm2-sm3", "none", ""):
        assert not verify_evidence(canonical.dumps({**told, "suite": name})).valid
