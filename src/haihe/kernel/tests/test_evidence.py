"""Evidence of one exchange verifies offline in both suites, and nothing in it can be changed unseen."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haihe.kernel import canonical, ledger_proof
from haihe.kernel.evidence import (
    BadEvidence,
    Exchange,
    GrantTerms,
    verify_evidence,
)
from haihe.kernel.suites import ED25519, SM2, SUITES, Suite
from haihe.kernel.testing import CREDENTIAL, LEDGER, REPLY, REQUEST, SEED, TERMS, evidence_file, record_told

each_suite = pytest.mark.parametrize("suite", SUITES.values(), ids=list(SUITES))


@each_suite
def test_it_verifies_with_nothing_but_theevidence_file(suite: Suite) -> None:
    verdict = verify_evidence(evidence_file(suite))
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
    assert verify_evidence(evidence_file(suite), **keys).key_is_trusted
    for name in keys:
        assert not verify_evidence(evidence_file(suite), **{**keys, name: "0" * len(keys[name])}).valid


def test_who_kept_request_and_reply_can_show_that_they_were_these() -> None:
    verdict = verify_evidence(evidence_file(), kept=Exchange(CREDENTIAL, REQUEST, REPLY))
    assert verdict.matched == ("request", "reply")
    assert verify_evidence(evidence_file(), kept=Exchange(CREDENTIAL, reply=REPLY)).matched == ("reply",)


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
    verdict = verify_evidence(evidence_file(), kept=kept)
    assert not verdict.valid
    assert "is not the one of this exchange" in verdict.reason


def test_an_old_record_without_digests_says_so() -> None:
    old = {name: value for name, value in record_told().items() if not name.endswith("_digest")}
    assert verify_evidence(evidence_file(record=old)).valid
    assert "no digest" in verify_evidence(evidence_file(record=old), kept=Exchange(CREDENTIAL, REQUEST)).reason


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
        evidence_file(terms=terms)


def _leaves(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    if isinstance(value, dict):
        return [leaf for key, part in value.items() for leaf in _leaves(part, (*path, key))]
    if isinstance(value, list):
        return [leaf for key, part in enumerate(value) for leaf in _leaves(part, (*path, key))]
    return [path]


FILES = {suite.name: evidence_file(suite) for suite in (ED25519, SM2)}


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
