"""The way of one request, from credentials to the record that must be durable before the answer is given."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from haihe.gateway.answer import Finding, find
from haihe.gateway.authentication import authenticate
from haihe.gateway.authorisation import authorise, check_quota
from haihe.gateway.dossier import Dossier, Permission, Refused
from haihe.gateway.group_commit import GroupCommit
from haihe.gateway.http import Reply
from haihe.gateway.index import Indexes, SubjectIndex
from haihe.gateway.policy import PolicyHolder
from haihe.gateway.quota import Quotas, date_of, day_of
from haihe.gateway.refusals import RefusalMeter
from haihe.gateway.replay import ReplayWindow, fingerprint, oldest_minute
from haihe.gateway.requests import VerifyRequest, decode_request
from haihe.kernel.identifiers import IdentifierError, parse_id_number
from haihe.kernel.keyring import Keyring
from haihe.kernel.problems import MEDIA_TYPE, Problem
from haihe.kernel.signing import Headers, SignatureInput, sign_response

_JSON = "application/json"
_PLACE = re.compile(r" - at `(\$[a-z_.]*)`$")


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


_encode_answer = msgspec.json.Encoder().encode


class Outcome(NamedTuple):
    """A reply, and whether it has to wait until the batch that gathers now is durable."""

    reply: Reply
    waits: bool


@dataclass(slots=True)
class Desk:
    """Works in the loop's thread and never awaits, so each request sees one policy, one index and one quota."""

    keyring: Keyring
    policy: PolicyHolder
    indexes: Indexes
    commits: GroupCommit
    replay: ReplayWindow
    quotas: Quotas
    refusals: RefusalMeter
    clock: Callable[[], float]
    monotonic: Callable[[], float]

    def verify(self, dossier: Dossier, headers: Headers, *, path: str, body: bytes) -> Outcome:
        """Answer or refuse. The order of the checks is part of the contract: a later one says more than an earlier."""
        try:
            policy = self.policy.current(now=self.monotonic())
            if policy is None:
                raise Refused("unavailable")
            client, signature = authenticate(dossier, headers, path=path, body=body, policy=policy)
            self._check_first_sight(signature)
            asked = dossier.asked = _decode(body)
            return self._answer(dossier, authorise(dossier, client, asked, policy=policy))
        except Refused as refusal:
            return self.refuse(dossier, refusal)

    def _check_first_sight(self, signature: SignatureInput) -> None:
        minute, print_ = signature.created // 60, fingerprint(signature.client_id, signature.nonce)
        if not self.replay.first_sight(minute, print_):
            raise Refused("replayed-request")
        self.commits.join().nonces.setdefault(minute, []).append(print_)

    def _answer(self, dossier: Dossier, permission: Permission) -> Outcome:
        service, grant, day = permission.service, permission.grant, day_of(dossier.at)
        check_quota(grant, self.quotas, day=day)
        subject = self.keyring.subject_key(_id_number(permission.asked.subject.id_number))
        name = permission.asked.subject.name
        index = self.indexes.get(service.resource)
        findings = find(
            index,
            subject=subject,
            name_key=None if name is None else self.keyring.name_key(name),
            claims=permission.predicates,
            max_age_s=service.max_age_s,
            now=dossier.at,
            today=date_of(day),
        )
        batch = self.commits.join()
        batch.quotas[grant.id], batch.day = self.quotas.count(grant.id, day=day), day
        batch.oldest_minute = oldest_minute(dossier.at)
        batch.keep(dossier.answered(permission, findings, subject=subject, index=index), reserved=dossier.reserved)
        return Outcome(_signed(dossier, 200, _JSON, _answer_body(dossier, findings, index)), waits=True)

    def refuse(self, dossier: Dossier, refusal: Refused, *, allow: str = "") -> Outcome:
        """Record the refusal, alone or counted, and say it as a problem document."""
        problem = Problem.of(refusal.slug, detail=refusal.detail, instance=f"urn:uuid:{dossier.evidence}")
        recorded = self.refusals.admit(dossier.claimed, refusal.slug, now=dossier.at)
        if recorded:
            self.commits.join().keep(dossier.refused(refusal.slug), reserved=dossier.reserved)
        reply = _signed(dossier, problem.status, MEDIA_TYPE, problem.to_json())
        if problem.status == 405:
            reply = msgspec.structs.replace(reply, headers=f"{reply.headers}allow: {allow}\r\n")
        return Outcome(reply, waits=recorded)

    def record_counted_refusals(self) -> None:
        """Record what `refuse` only counted; to be called every second or so."""
        records = self.refusals.drain(now=self.clock())
        if records:
            self.commits.join().records.extend(records)


def _signed(dossier: Dossier, status: int, media_type: str, body: bytes) -> Reply:
    """Make the reply, signed with the client's secret if it proved to be the client."""
    client, asked = dossier.client, dossier.signature
    if client is None or asked is None:
        return Reply(status, media_type, body)
    signature = sign_response(
        status=status,
        body=body,
        client_id=client.client_id,
        secret=client.secret,
        created=int(dossier.at),
        request_signature=asked.signature,
    )
    lines = "\r\n".join([f"{name}: {value}" for name, value in signature.items()])
    return Reply(status, media_type, body, f"{lines}\r\n")


def _decode(body: bytes) -> VerifyRequest:
    try:
        return decode_request(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        # The message may quote a value, and the value may be an identity number: only the place goes back.
        place = _PLACE.search(str(fault))
        raise Refused("malformed-request", f"请求内容有误，见 {place[1]}。" if place else None) from None


def _id_number(text: str) -> str:
    try:
        return parse_id_number(text).value
    except IdentifierError as fault:
        raise Refused("invalid-identifier", fault.message_zh) from None


def _answer_body(dossier: Dossier, findings: tuple[Finding, ...], index: SubjectIndex | None) -> bytes:
    slug, as_of, claims = dossier.slug or "", index.as_of_text if index else None, dossier.claims
    if dossier.asked is not None and dossier.asked.claims is not None:
        told = tuple(Told(claim, *finding) for claim, finding in zip(claims, findings, strict=True))
        return _encode_answer(AnsweredAll(told, slug, as_of, dossier.evidence))
    (finding,) = findings
    return _encode_answer(Answered(finding.answer, slug, claims[0], as_of, dossier.evidence, finding.reason))
