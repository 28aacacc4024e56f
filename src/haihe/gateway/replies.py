"""What goes back: the bodies of answers, and replies signed for whoever proved to be a client."""

from collections.abc import Mapping

import msgspec

from haihe.gateway.answer import Finding
from haihe.gateway.dossier import Dossier
from haihe.gateway.index import SubjectIndex
from haihe.gateway.messages import Recipient, Reply
from haihe.gateway.requests import VerifyRequest


class Answered(msgspec.Struct, frozen=True, gc=False):
    """The body of an answer."""

    answer: str
    service: str
    claim: str
    as_of: str | None
    evidence: str
    reason: str | None


class Told(msgspec.Struct, frozen=True, gc=False):
    """What was told to one of several claims."""

    claim: str
    answer: str
    reason: str | None


class AnsweredAll(msgspec.Struct, frozen=True, gc=False):
    """The body of the answer to several claims, in the order they were asked in."""

    answers: tuple[Told, ...]
    service: str
    as_of: str | None
    evidence: str


class Queried(msgspec.Struct, frozen=True, gc=False):
    """The body of the answer to a query. `values` are there if the answer is FOUND; null in it is an empty field."""

    answer: str
    service: str
    values: Mapping[str, str | int | None] | None
    as_of: str | None
    evidence: str
    reason: str | None


class Proxied(msgspec.Struct, frozen=True, gc=False):
    """The body of an answer by a department's own interface: live, or the last good one with its age."""

    answer: str
    service: str
    values: Mapping[str, str | int | None] | None
    as_of: str | None
    age_s: int
    served: str
    evidence: str
    reason: str | None


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """A reply, and whether it has to wait until the batch that gathers now is durable."""

    reply: Reply
    waits: bool
    to: Recipient | None = None
    """Who gets it, if not whoever asked."""
    begins: bool = False
    """Nothing is told yet: whoever gets it counts the request in the end."""


encode_body = msgspec.json.Encoder().encode


def signed_reply(dossier: Dossier, status: int, media_type: str, body: bytes) -> Reply:
    """Make the reply, signed if the asker proved to be a client. Its digest is noted."""
    if dossier.signer is None:
        return Reply(status, media_type, body, dossier.limits)
    lines, dossier.reply_digest = dossier.signer.lines(status, body, created=int(dossier.at))
    return Reply(status, media_type, body, lines + dossier.limits)


def verified(dossier: Dossier, findings: tuple[Finding, ...], index: SubjectIndex | None) -> bytes:
    """Return the body: in the form of one claim or of several, as it was asked."""
    slug, as_of, claims = dossier.slug or "", index.as_of_text if index else None, dossier.scope
    if isinstance(dossier.asked, VerifyRequest) and dossier.asked.claims is not None:
        told = tuple(Told(claim, *finding) for claim, finding in zip(claims, findings, strict=True))
        return encode_body(AnsweredAll(told, slug, as_of, dossier.evidence))
    (finding,) = findings
    return encode_body(Answered(finding.answer, slug, claims[0], as_of, dossier.evidence, finding.reason))


def queried(
    dossier: Dossier, finding: Finding, values: Mapping[str, str | int | None] | None, index: SubjectIndex | None
) -> bytes:
    as_of = index.as_of_text if index else None
    return encode_body(Queried(finding.answer, dossier.slug or "", values, as_of, dossier.evidence, finding.reason))
