"""What the pages of evidence show."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from haihe.data.sharing import wording
from haihe.data.sharing.queries.evidence import EvidencedUse, public_keys
from haihe.kernel.evidence import EvidenceVerdict, verify_evidence


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """An exchange, what was asked in words, and the keys (suite, hex) that sign its evidence."""

    use: EvidencedUse
    claims: list[str]
    keys: dict[str, str]


@dataclass(frozen=True, slots=True)
class CheckPage:
    """`verdict` of the file handed in. `ours` tells whether this installation's keys signed it."""

    verdict: EvidenceVerdict | None
    ours: bool
    complaint: str
    keys: dict[str, str]


def evidence_page(use: EvidencedUse) -> EvidencePage:
    claims = [wording.scope_title(use.grant.service, name) for name in use.entry.fields]
    return EvidencePage(use, claims, public_keys())


def check_page(data: bytes | None, *, asked: bool) -> CheckPage:
    """Check the file, if one was handed in, against the keys in it and then against our own."""
    keys = public_keys()
    if data is None:
        return CheckPage(None, ours=False, complaint=_("请选择要核对的证据文件。") if asked else "", keys=keys)
    verdict = verify_evidence(data)
    ledger_key = keys["ed25519-sha256"]
    ours = (
        verdict.valid
        and verdict.public_key == keys.get(verdict.suite)
        and verdict.proof is not None
        and verdict.proof.public_key == ledger_key
    )
    return CheckPage(verdict, ours, "", keys)
