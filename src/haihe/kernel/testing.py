"""A sealed record and its evidence, made without ledger and database. Everything in it is synthetic."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from haihe.kernel import canonical, ledger_proof, merkle
from haihe.kernel.evidence import GrantTerms, blinded_digest, write_evidence
from haihe.kernel.signing import content_digest
from haihe.kernel.suites import ED25519, Suite

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


def record_told(**changes: object) -> dict[str, object]:
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


def proof_file(record: dict[str, object] | None = None) -> bytes:
    bodies = [b'{"another":1}', canonical.dumps(record or record_told()), b'{"another":2}']
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


def evidence_file(suite: Suite = ED25519, terms: GrantTerms = TERMS, record: dict[str, object] | None = None) -> bytes:
    return write_evidence(proof_file(record), terms, suite=suite, seed=SEED, issued_at="2026-11-25T16:05:00+08:00")
