"""What is known about one request so far; every step adds to it, and its record is written from it at any point."""

from typing import Any, Protocol

import msgspec
import uuid_utils
from msgspec import UNSET, UnsetType

from haihe.gateway.answer import Finding, summary
from haihe.gateway.index import SubjectIndex
from haihe.gateway.policy import Client, ClientKey, Grant, Service
from haihe.gateway.record import HEALTH, REFUSED, Record, Uses, encode_record, timestamp
from haihe.gateway.requests import Asked
from haihe.gateway.signers import ReplySigner
from haihe.kernel.answers import ChangeAnswer
from haihe.kernel.evidence import blinded_digest
from haihe.kernel.problems import Problem
from haihe.kernel.signing import SignatureInput


class Refused(Exception):
    """The request is refused with this problem. `detail` never depends on what a register holds."""

    def __init__(self, slug: str, detail: str | None = None, *, retry_after_s: int | None = None) -> None:
        super().__init__(slug)
        self.slug = slug
        self.detail = detail
        self.retry_after_s = retry_after_s


class Permission(msgspec.Struct, frozen=True, gc=False):
    """Who may ask what of which service, under which grant."""

    client: Client
    asked: Asked
    service: Service
    grant: Grant


class Face(Protocol):
    """How the asker speaks, where it isn't as under /v1."""

    def check(self, client: Client, asked: Asked) -> None:
        """Raises: Refused, if what was said beside the question disagrees with it."""

    def refusal(self, problem: Problem) -> tuple[str, bytes]:
        """Return media type and body of a refusal."""


class Dossier(msgspec.Struct, kw_only=True, eq=False):
    """`at` is when it came. `claimed` is the client that the request says it is from, `client` who it proved to be
    from, by `key`; `signer` signs what goes back to it; `scope` are the claims or fields asked; `limits` are header
    lines that tell what the grant still allows. `credential` is what only asker and gateway know of this request, its
    signature or token; `request_digest` and `reply_digest` are the Content-Digests of what was asked and told.

    `kind` is the way it came in by; `is_private` says that nobody could listen on it.
    `told` is the answer and `reason` why it is UNKNOWN, `many` are the answers of a record of many, `problem` is what
    it was refused with. One that `goes_on` is a batch's further part.

    A `reserved` one is the gateway's own question after its health.
    """

    at: float
    reserved: bool = False
    evidence: str = msgspec.field(default_factory=lambda: str(uuid_utils.uuid7()))
    slug: str | None = None
    claimed: str | None = None
    client: Client | None = None
    key: ClientKey | None = None
    signature: SignatureInput | None = None
    credential: str | None = None
    request_digest: str | None = None
    reply_digest: str | None = None
    signer: ReplySigner | None = None
    asked: Asked | None = None
    service: Service | None = None
    grant: Grant | None = None
    scope: tuple[str, ...] = ()
    limits: str = ""
    is_private: bool = False
    face: Face | None = None
    kind: str = ""
    goes_on: bool = False
    told: str = ""
    reason: str | None = None
    problem: str = ""
    many: dict[str, int] | None = None

    def fail(self, slug: str) -> None:
        """Note that this is told and nothing else."""
        self.problem, self.told, self.reason, self.many = slug, "", None, None

    def answered(
        self, permission: Permission, findings: tuple[Finding, ...], *, subject: bytes, index: SubjectIndex | None
    ) -> bytes:
        """Return the record of an answer, or of the answers to several claims; never with a value."""
        several = len(findings) > 1
        finding = summary(findings) if several else findings[0]
        self.told, self.reason = finding
        client, asked, service, grant = permission.client, permission.asked, permission.service, permission.grant
        record = Record(
            answer=finding.answer,
            answers=tuple(each.answer for each in findings) if several else UNSET,
            as_of=index.as_of_text if index else None,
            at=timestamp(self.at),
            case=asked.case,
            client=client.client_id,
            consumer=client.organisation,
            evidence=self.evidence,
            fields=self.scope,
            grant=grant.id,
            kind=HEALTH if self.reserved else service.kind,
            legal_basis=grant.legal_basis,
            owner=service.owner,
            purpose=asked.purpose,
            reason=finding.reason,
            reasons=tuple(each.reason for each in findings) if several else UNSET,
            reply_digest=self._blinded(self.reply_digest),
            request_digest=self._blinded(self.request_digest),
            resource=service.resource,
            service=service.slug,
            snapshot=index.snapshot if index else None,
            subject=subject.hex(),
        )
        return encode_record(record)

    def answered_many(
        self, permission: Permission, uses: Uses | UnsetType, *, index: SubjectIndex | None, kind: str
    ) -> bytes:
        """Return the record of answers about many persons; who they are stands beside it, packed.

        Without `uses` it is of a cursor alone, and of nobody.
        """
        if isinstance(uses, Uses):
            self.many = {answer: n for answer, n in uses.answers.items() if answer != ChangeAnswer.UNCHANGED}
        record = Record(
            **self._about(permission),
            as_of=index.as_of_text if index else None,
            kind=kind,
            snapshot=index.snapshot if index else None,
            uses=uses,
        )
        return encode_record(record)

    def answered_by_source(
        self, permission: Permission, finding: Finding, *, subject: bytes | None, as_of: float | None
    ) -> bytes:
        """Return the record of what a department's own interface answered, or that it didn't."""
        self.told, self.reason = finding
        record = Record(
            **self._about(permission),
            answer=finding.answer,
            as_of=None if as_of is None else timestamp(as_of),
            kind=permission.service.kind,
            reason=finding.reason,
            subject=None if subject is None else subject.hex(),
        )
        return encode_record(record)

    def _about(self, permission: Permission) -> dict[str, Any]:
        """Return who asked what of whom, why, and under which grant; `answered` writes the same out, for speed."""
        client, asked, service, grant = permission.client, permission.asked, permission.service, permission.grant
        return {
            "at": timestamp(self.at),
            "case": asked.case,
            "client": client.client_id,
            "consumer": client.organisation,
            "evidence": self.evidence,
            "fields": self.scope,
            "grant": grant.id,
            "legal_basis": grant.legal_basis,
            "owner": service.owner,
            "purpose": asked.purpose,
            "reply_digest": self._blinded(self.reply_digest),
            "request_digest": self._blinded(self.request_digest),
            "resource": service.resource,
            "service": service.slug,
        }

    def _blinded(self, digest: str | None) -> str | UnsetType:
        if self.credential is None or digest is None:
            return UNSET
        return blinded_digest(self.credential, digest)

    def refused(self, slug: str) -> bytes:
        """Return the record of a refusal, with as much as is known. The person asked about is not in it."""
        client, asked, service, grant = self.client, self.asked, self.service, self.grant
        record = Record(
            at=timestamp(self.at),
            case=asked.case if asked else None,
            client=self.claimed,
            consumer=client.organisation if client else None,
            evidence=self.evidence,
            fields=self.scope,
            grant=grant.id if grant else None,
            kind=HEALTH if self.reserved else REFUSED,
            legal_basis=grant.legal_basis if grant else None,
            owner=service.owner if service else None,
            problem=slug,
            purpose=asked.purpose if asked else None,
            resource=service.resource if service else None,
            service=self.slug,
        )
        return encode_record(record)
