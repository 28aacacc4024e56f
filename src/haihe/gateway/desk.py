"""The way of one request, from credentials to the record that must be durable before the answer is given."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from haihe.gateway.answer import Finding, Question, find, read
from haihe.gateway.authentication import authenticate, authenticate_head, check_still_known
from haihe.gateway.authorisation import authorise, rules
from haihe.gateway.batch import BatchStream
from haihe.gateway.dossier import Dossier, Permission, Refused
from haihe.gateway.group_commit import GroupCommit
from haihe.gateway.index import Indexes, SubjectIndex
from haihe.gateway.limits import check_quota, check_rate, told, told_of
from haihe.gateway.maintenance import check_maintenance
from haihe.gateway.messages import Listener
from haihe.gateway.policy import Client, PolicyHolder
from haihe.gateway.proxy import ProxyCall, Said, Sources, make_question, settled, waiting
from haihe.gateway.quick_reading import decode_query, decode_request
from haihe.gateway.quota import Quotas
from haihe.gateway.refusals import RefusalMeter
from haihe.gateway.replay import ReplayWindow, fingerprint
from haihe.gateway.replies import Outcome, queried, signed_reply, verified
from haihe.gateway.requests import (
    Asked,
    BatchRequest,
    ProxyRequest,
    QueryRequest,
    Subject,
    SubscribeRequest,
    VerifyRequest,
    decode_batch,
    decode_proxy,
    decode_subscribe,
)
from haihe.gateway.roll import call
from haihe.gateway.room import Lease, Room
from haihe.gateway.shared_counts import SharedCounts
from haihe.gateway.subscription import ChangeStream, cursor_of_now, opened
from haihe.gateway.tokens import Tokens
from haihe.kernel.city_day import date_of, day_of
from haihe.kernel.identifiers import IdentifierError, normal_id_number
from haihe.kernel.keyring import Keyring
from haihe.kernel.problems import MEDIA_TYPE, Problem
from haihe.kernel.rates import Rates
from haihe.kernel.signing import Headers

_JSON = "application/json"
_PLACE = re.compile(r" - at `(\$[a-z_.]*)`$")


@dataclass(slots=True)
class Desk:
    """Works in the loop's thread and never awaits, so each request sees one policy, one index and one quota."""

    keyring: Keyring
    tokens: Tokens
    policy: PolicyHolder
    indexes: Indexes
    commits: GroupCommit
    replay: ReplayWindow
    quotas: Quotas
    rates: Rates
    shared_counts: SharedCounts
    refusals: RefusalMeter
    room: Room
    sources: Sources
    clock: Callable[[], float]
    monotonic: Callable[[], float]

    def verify(self, dossier: Dossier, headers: Headers, *, path: str, body: bytes) -> Outcome:
        """Answer yes, no or unknown, or refuse."""
        return self._attend(dossier, headers, path=path, body=body, decode=decode_request, answer=self._verify)

    def query(self, dossier: Dossier, headers: Headers, *, path: str, body: bytes) -> Outcome:
        """Answer with the granted fields, masked, or refuse."""
        return self._attend(dossier, headers, path=path, body=body, decode=decode_query, answer=self._query)

    def batch(self, dossier: Dossier, headers: Headers, *, path: str, body: bytes, listener: Listener) -> Outcome:
        """Answer about many persons, part by part, or refuse them all."""

        def begin(dossier: Dossier, permission: Permission, asked: BatchRequest) -> Outcome:
            return self._begin_batch(dossier, permission, asked, listener)

        return self._attend(dossier, headers, path=path, body=body, decode=decode_batch, answer=begin)

    def identify(
        self, dossier: Dossier, headers: Headers, *, method: str = "GET", path: str, body: bytes = b""
    ) -> Client:
        """Return who sends this signed request; the reply must wait, as its nonce does. Raises: Refused."""
        policy = self.policy.current(now=self.monotonic())
        if policy is None:
            raise Refused("unavailable")
        client = authenticate(dossier, headers, method=method, path=path, body=body, policy=policy, tokens=self.tokens)
        self._check_first_sight(dossier)
        return client

    def subscribe(self, dossier: Dossier, headers: Headers, *, path: str, body: bytes, listener: Listener) -> Outcome:
        """Tell what changed of many persons since a cursor, part by part, or give the cursor of now, or refuse."""

        def begin(dossier: Dossier, permission: Permission, asked: SubscribeRequest) -> Outcome:
            return self._begin_subscribe(dossier, permission, asked, listener)

        return self._attend(dossier, headers, path=path, body=body, decode=decode_subscribe, answer=begin)

    def proxy(
        self,
        dossier: Dossier,
        headers: Headers,
        *,
        path: str,
        body: bytes,
        listener: Listener,
        method: str = "POST",
        decode: Callable[[bytes], ProxyRequest] = decode_proxy,
    ) -> Outcome:
        """Have a department's own interface answer, or refuse; what goes out to it waits for what is written of it."""

        def begin(dossier: Dossier, permission: Permission, asked: ProxyRequest) -> Outcome:
            return self._begin_proxy(dossier, permission, asked, listener)

        return self._attend(dossier, headers, method=method, path=path, body=body, decode=decode, answer=begin)

    def settle(self, call: ProxyCall, said: Said) -> Outcome:
        """Answer with what a department said, if the policy of now still lets it."""
        try:
            return settled(self, call, self._still_permitted(call.dossier, call.asked, call.grant_id), said)
        except Refused as refusal:
            return self.refuse(call.dossier, refusal)

    def go_on(self, stream: BatchStream, dossier: Dossier) -> Outcome:
        """Answer a batch's next part, if the policy of now still lets it."""
        try:
            return stream.part(dossier, self._still_permitted(dossier, stream.asked, stream.grant_id))
        except Refused as refusal:
            return self.refuse(dossier, refusal)

    def _still_permitted(self, dossier: Dossier, asked: Asked, grant_id: str) -> Permission:
        """Ask the policy of now about what began under an earlier one. Raises: Refused."""
        policy, client = self.policy.current(now=self.monotonic()), dossier.client
        if policy is None or client is None:
            raise Refused("unavailable")
        check_still_known(dossier, policy)
        permission = authorise(dossier, client, asked, policy=policy)
        if permission.grant.id != grant_id:
            # Another grant would have to be counted anew.
            raise Refused("grant-suspended")
        return permission

    def room_for(self, headers: Headers, *, path: str, size: int, is_private: bool) -> Lease | str:
        """Give room for a large body to a client whose signature is good, though its body isn't there to be checked."""
        policy = self.policy.current(now=self.monotonic())
        if policy is None:
            return "unavailable"
        try:
            authenticate_head(
                headers, path=path, policy=policy, tokens=self.tokens, now=self.clock(), is_private=is_private
            )
        except Refused as refusal:
            return refusal.slug
        return self.room.take(size) or "unavailable"

    def _begin_batch(
        self, dossier: Dossier, permission: Permission, asked: BatchRequest, listener: Listener
    ) -> Outcome:
        roll, grant = call(asked.subjects), permission.grant
        rules(permission.service.claims, dossier.scope)
        stream = BatchStream(self, listener, dossier, asked, asked.subjects, roll, grant.id)
        return self._begin_stream(stream, dossier, permission)

    def _begin_subscribe(
        self, dossier: Dossier, permission: Permission, asked: SubscribeRequest, listener: Listener
    ) -> Outcome:
        rules(permission.service.masks, dossier.scope)
        if asked.subjects is msgspec.UNSET or asked.since is msgspec.UNSET:
            dossier.limits = told(permission.grant, self.rates, self.quotas, now=dossier.at)
            return cursor_of_now(self, dossier, permission)
        since, roll = opened(self.keyring, asked.since, dossier, permission), call(asked.subjects)
        stream = ChangeStream(self, listener, dossier, asked, asked.subjects, roll, permission.grant.id)
        stream.since = since
        return self._begin_stream(stream, dossier, permission)

    def _begin_stream(self, stream: BatchStream, dossier: Dossier, permission: Permission) -> Outcome:
        roll, grant, day = stream.roll, permission.grant, day_of(dossier.at)
        left = check_quota(dossier, grant, self.rates, self.quotas, answers=roll.answerable)
        dossier.limits = told_of(grant, self.rates, now=dossier.at, left=left)
        part = stream.part(dossier, permission)
        batch = self.commits.join()
        # All of them at once: a batch that is broken off has used up what it asked for.
        batch.count(grant.id, self.quotas.count(grant.id, day=day, answers=roll.answerable), day=day)
        # Even where nobody could be looked for, the nonce joined the batch.
        return Outcome(part.reply, waits=True, to=stream)

    def _begin_proxy(
        self, dossier: Dossier, permission: Permission, asked: ProxyRequest, listener: Listener
    ) -> Outcome:
        grant, day = permission.grant, day_of(dossier.at)
        left = check_quota(dossier, grant, self.rates, self.quotas)
        dossier.limits = told_of(grant, self.rates, now=dossier.at, left=left)
        id_number = None if asked.subject is None else _id_number(asked.subject.id_number)
        question = make_question(self, dossier, permission, asked, id_number)
        batch = self.commits.join()
        # With the nonce, before the department hears of it: killed meanwhile, the same request can't come again.
        batch.count(grant.id, self.quotas.count(grant.id, day=day), day=day)
        return waiting(ProxyCall(self, listener, dossier, asked, permission.service, grant.id, question))

    def _attend[Body: Asked](
        self,
        dossier: Dossier,
        headers: Headers,
        *,
        method: str = "POST",
        path: str,
        body: bytes,
        decode: Callable[[bytes], Body],
        answer: Callable[[Dossier, Permission, Body], Outcome],
    ) -> Outcome:
        """Answer or refuse. The order of the checks is part of the contract: a later one says more than an earlier."""
        try:
            policy = self.policy.current(now=self.monotonic())
            if policy is None:
                raise Refused("unavailable")
            client = authenticate(
                dossier, headers, method=method, path=path, body=body, policy=policy, tokens=self.tokens
            )
            self._check_first_sight(dossier)
            asked = dossier.asked = _decoded(decode, body)
            if dossier.face is not None:
                dossier.face.check(client, asked)
            permission = authorise(dossier, client, asked, policy=policy)
            if policy.maintenance:
                check_maintenance(permission.service, policy, now=dossier.at)
            check_rate(dossier, permission.grant, self.rates, self.quotas)
            return answer(dossier, permission, asked)
        except Refused as refusal:
            return self.refuse(dossier, refusal)

    def _check_first_sight(self, dossier: Dossier) -> None:
        if dossier.key is not None:
            self.shared_counts.see(dossier.key.name, dossier.at)
        signature = dossier.signature
        if signature is None:
            # Whoever bears a token may ask the same again; the connection keeps it from others.
            return
        minute, print_ = signature.created // 60, fingerprint(signature.client_id, signature.nonce)
        if not self.replay.first_sight(minute, print_):
            raise Refused("replayed-request")
        self.commits.join().nonces.setdefault(minute, []).append(print_)

    def _verify(self, dossier: Dossier, permission: Permission, asked: VerifyRequest) -> Outcome:
        service = permission.service
        predicates = rules(service.claims, dossier.scope)
        question = self._question(dossier, permission, asked.subject)
        index = self.indexes.get(service.resource)
        findings = find(index, question, claims=predicates)
        reply = signed_reply(dossier, 200, _JSON, verified(dossier, findings, index))
        self._record(dossier, permission, findings, question, index)
        return Outcome(reply, waits=True)

    def _query(self, dossier: Dossier, permission: Permission, asked: QueryRequest) -> Outcome:
        service = permission.service
        masks = dict(zip(dossier.scope, rules(service.masks, dossier.scope), strict=True))
        question = self._question(dossier, permission, asked.subject)
        index = self.indexes.get(service.resource)
        finding, values = read(index, question, masks=masks)
        reply = signed_reply(dossier, 200, _JSON, queried(dossier, finding, values, index))
        self._record(dossier, permission, (finding,), question, index)
        return Outcome(reply, waits=True)

    def _question(self, dossier: Dossier, permission: Permission, subject: Subject) -> Question:
        """Raises: Refused, over the quota or with an impossible identity number."""
        left = check_quota(dossier, permission.grant, self.rates, self.quotas)
        question = Question(
            self.keyring.subject_key(_id_number(subject.id_number)),
            None if subject.name is None else self.keyring.name_key(subject.name),
            permission.service.max_age_s,
            dossier.at,
            date_of(day_of(dossier.at)),
        )
        dossier.limits = told_of(permission.grant, self.rates, now=dossier.at, left=left)
        return question

    def _record(
        self,
        dossier: Dossier,
        permission: Permission,
        findings: tuple[Finding, ...],
        question: Question,
        index: SubjectIndex | None,
    ) -> None:
        """Put record and quota into the batch that gathers now; the answer must wait for it."""
        batch, grant, day = self.commits.join(), permission.grant, day_of(dossier.at)
        batch.count(grant.id, self.quotas.count(grant.id, day=day), day=day)
        record = dossier.answered(permission, findings, subject=question.subject, index=index)
        batch.keep(record, reserved=dossier.reserved)

    def refuse(self, dossier: Dossier, refusal: Refused, *, allow: str = "") -> Outcome:
        """Record the refusal, alone or counted, and say it as a problem document."""
        problem = Problem.of(refusal.slug, detail=refusal.detail, instance=f"urn:uuid:{dossier.evidence}")
        dossier.fail(refusal.slug)
        recorded = self.refusals.admit(dossier.claimed, refusal.slug, now=dossier.at)
        if recorded:
            self.commits.join().keep(dossier.refused(refusal.slug), reserved=dossier.reserved)
        media_type, body = dossier.face.refusal(problem) if dossier.face else (MEDIA_TYPE, problem.to_json())
        reply = signed_reply(dossier, problem.status, media_type, body)
        more = {405: f"allow: {allow}\r\n", 401: "www-authenticate: Bearer\r\n"}.get(problem.status, "")
        if refusal.retry_after_s is not None:
            more = f"retry-after: {refusal.retry_after_s}\r\n"
        if more:
            reply = msgspec.structs.replace(reply, headers=reply.headers + more)
        return Outcome(reply, waits=recorded)

    def record_counted_refusals(self) -> None:
        """Record what `refuse` only counted; to be called every second or so."""
        records = self.refusals.drain(now=self.clock())
        if records:
            self.commits.join().records.extend(records)


def _decoded[Body](decode: Callable[[bytes], Body], body: bytes) -> Body:
    try:
        return decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        # The message may quote a value, and the value may be an identity number: only the place goes back.
        place = _PLACE.search(str(fault))
        raise Refused("malformed-request", f"请求内容有误，见 {place[1]}。" if place else None) from None


def _id_number(text: str) -> str:
    try:
        return normal_id_number(text)
    except IdentifierError as fault:
        raise Refused("invalid-identifier", fault.message_zh) from None
