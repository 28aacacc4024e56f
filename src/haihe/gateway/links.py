"""POST /v1/links/{service}: is the way open, leg by leg? Asks about nobody, counts nothing, and records no use.

Signed like a question, and answered only to who could ask one: what a leg says, a refusal of a question would say too.
To a department's own interface the gateway connects and shakes hands, for whoever may ask it; it says nothing there.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from haihe.gateway.authorisation import authorise
from haihe.gateway.dossier import Dossier, Refused
from haihe.gateway.maintenance import running, told
from haihe.gateway.messages import Listener, Reply, Request
from haihe.gateway.policy import PROXY, Client, Grant, Policy, Service, Source
from haihe.gateway.proxy import GO
from haihe.gateway.replies import Outcome, signed_reply
from haihe.gateway.requests import LinkRequest, decode_link
from haihe.gateway.source_client import probe
from haihe.kernel.city_day import day_of
from haihe.kernel.link_legs import Leg, LegState, SourceFault
from haihe.kernel.problems import PROBLEMS

if TYPE_CHECKING:
    from haihe.gateway.desk import Desk

LINK_ROUTE = "/v1/links/{service}"
MOST_PER_S = 2
LATE_S = 600
"""The ledger is late if the oldest record that it doesn't have is older."""
_LINK = re.compile(r"/v1/links/([a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?)")
_OF_THE_GRANT = (Leg.SERVICE, Leg.GRANT, Leg.PURPOSE, Leg.SCOPE)
_FAILS_AT = {
    "unknown-service": Leg.SERVICE,
    "purpose-not-granted": Leg.PURPOSE,
    "field-out-of-scope": Leg.SCOPE,
}
"""Which leg a refusal is of; all others are of the grant."""
_OF_THE_CONNECTION = frozenset({SourceFault.ADDRESS, SourceFault.UNREACHABLE, SourceFault.TIMEOUT})
_HINTS = {
    SourceFault.ADDRESS: "接口的域名解析不到，或者不在大数据中心确认的网段之内，请提供部门和大数据中心核对。",
    SourceFault.UNREACHABLE: "连接不上提供部门的接口，请提供部门检查接口程序和网络。",
    SourceFault.TIMEOUT: "提供部门的接口没有在时限内应答连接，请提供部门检查接口程序和网络。",
    SourceFault.EXPIRED: "接口的证书已过期，请提供部门更换证书。",
    SourceFault.NOT_YET_VALID: "接口的证书尚未生效，请提供部门检查证书和时钟。",
    SourceFault.OTHER_NAME: "接口的证书不是这个域名的，请提供部门更换证书或者改正地址。",
    SourceFault.UNTRUSTED: "接口的证书不是所信任的机构签发的，请提供部门检查证书，或者在接口规则中写明签发机构。",
    SourceFault.NO_TLS: "接口没有按 https 应答，请提供部门检查地址和接口程序。",
}


class LegTold(msgspec.Struct, frozen=True, gc=False):
    """`hint` says in Chinese what to do about a leg that failed."""

    leg: str
    state: str
    problem: str | None = None
    hint: str | None = None


class LinkTold(msgspec.Struct, frozen=True, gc=False):
    """The body of the answer."""

    service: str
    legs: list[LegTold]


class LinkDesk:
    """Looks at each leg with the eyes of the desk."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    @staticmethod
    def has(path: str) -> bool:
        return _LINK.fullmatch(path) is not None

    def outcome(self, dossier: Dossier, request: Request, listener: Listener) -> Outcome:
        """Raises: Refused, if whoever asks isn't known, or asks too often."""
        found = _LINK.fullmatch(request.path)
        dossier.slug = found[1] if found else None
        client = self._desk.identify(dossier, request.headers, method="POST", path=request.path, body=request.body)
        if wait_s := self._desk.rates.take(f"link:{client.client_id}", MOST_PER_S, dossier.at):
            raise Refused("rate-limited", retry_after_s=int(wait_s) + 1)
        try:
            asked = decode_link(request.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Refused("malformed-request") from None
        legs = [_ok(Leg.SIGNATURE), *self._legs(dossier, client, asked)]
        # The nonce must be durable first: so the reply itself shows that the journal can be written.
        if (source := self._to_be_tried(dossier, legs)) is not None:
            return Outcome(GO, waits=True, to=_Try(self._desk, listener, dossier, legs, source), begins=True)
        return Outcome(_reply(dossier, legs), waits=True)

    def _to_be_tried(self, dossier: Dossier, legs: Sequence[LegTold]) -> Source | None:
        """Return the department's interface, for whoever may ask it."""
        may_ask = all(leg.state == LegState.OK.value for leg in legs if leg.leg in _OF_THE_GRANT)
        policy = self._desk.policy.current(now=self._desk.monotonic())
        service = policy.services.get(dossier.slug or "") if policy and may_ask else None
        return service.source if service else None

    def _legs(self, dossier: Dossier, client: Client, asked: LinkRequest) -> list[LegTold]:
        policy = self._desk.policy.current(now=self._desk.monotonic()) or Policy()
        service = policy.services.get(dossier.slug or "")
        try:
            permission = authorise(dossier, client, asked, policy=policy)
            legs = [_ok(leg) for leg in _OF_THE_GRANT]
            legs += [_maintenance(permission.service, policy, dossier.at), *self._limits(permission.grant, dossier.at)]
        except Refused as refusal:
            failed = _FAILS_AT.get(refusal.slug, Leg.GRANT)
            before = _OF_THE_GRANT[: _OF_THE_GRANT.index(failed)]
            after = (*_OF_THE_GRANT[len(before) + 1 :], Leg.MAINTENANCE, Leg.RATE, Leg.QUOTA)
            legs = [*map(_ok, before), _failed(failed, refusal.slug), *map(_skipped, after)]
        source = self._source(service, dossier.at) if service else _skipped(Leg.SOURCE)
        return [*legs, source, _ok(Leg.JOURNAL), self._ledger(dossier.at)]

    def _limits(self, grant: Grant, now: float) -> list[LegTold]:
        used_up = self._desk.quotas.used(grant.id, day=day_of(now)) >= grant.quota_per_day
        too_fast = grant.rate_per_s > 0 and self._desk.rates.left(grant.id, grant.rate_per_s) < 1
        return [
            _failed(Leg.RATE, "rate-limited") if too_fast else _ok(Leg.RATE),
            _failed(Leg.QUOTA, "quota-exceeded") if used_up else _ok(Leg.QUOTA),
        ]

    def _source(self, service: Service, now: float) -> LegTold:
        """Look whether there is something to answer from; a department's own interface isn't asked about nobody."""
        if service.kind == PROXY:
            return _ok(Leg.SOURCE) if service.source else _failed(Leg.SOURCE, "source-unreachable")
        index = self._desk.indexes.get(service.resource)
        if index is None:
            return _failed(Leg.SOURCE, "unavailable", "该名册还没有可用的数据，请提供部门报送数据。")
        if now - index.as_of > service.max_age_s:
            return _failed(Leg.SOURCE, "unavailable", "名册超过了约定的时效，只会答复“无法确认”，请提供部门更新数据。")
        return _ok(Leg.SOURCE)

    def _ledger(self, now: float) -> LegTold:
        oldest = self._desk.commits.journal.backlog().oldest
        if oldest is None or now - datetime.fromisoformat(json.loads(oldest)["at"]).timestamp() <= LATE_S:
            return _ok(Leg.LEDGER)
        return _failed(Leg.LEDGER, "unavailable", "使用记录十分钟以上没有送入账本，请大数据中心检查后台程序。")


@dataclass(frozen=True, slots=True)
class _Try:
    """A link to a department's interface, that is tried once the nonce is on the disk."""

    desk: "Desk"
    listener: Listener
    dossier: Dossier
    legs: list[LegTold]
    source: Source

    def send(self, reply: Reply) -> None:
        """Go, or say why not."""
        if reply is GO:
            self.desk.sources.start(self._run())
        else:
            self.dossier.fail("unavailable")
            self._tell(reply)

    async def _run(self) -> None:
        fault = await probe(self.source.rules, networks=self.source.networks)
        place = [leg.leg for leg in self.legs].index(Leg.SOURCE) + 1
        found = _of_the_interface(fault, is_tls=self.source.rules.is_tls)
        self._tell(_reply(self.dossier, [*self.legs[:place], *found, *self.legs[place:]]))

    def _tell(self, reply: Reply) -> None:
        self.listener.send(reply)
        self.desk.commits.tally.ended(self.dossier, now=self.desk.clock())


def _of_the_interface(fault: SourceFault | None, *, is_tls: bool) -> list[LegTold]:
    if fault in _OF_THE_CONNECTION:
        failed = _failed(Leg.CONNECTION, fault.value, _HINTS[fault])
        return [failed, _skipped(Leg.CERTIFICATE)] if is_tls else [failed]
    connected = [_ok(Leg.CONNECTION)]
    if not is_tls:
        return connected
    return [*connected, _ok(Leg.CERTIFICATE) if fault is None else _failed(Leg.CERTIFICATE, fault.value, _HINTS[fault])]


def _reply(dossier: Dossier, legs: Sequence[LegTold]) -> Reply:
    body = msgspec.json.encode(LinkTold(dossier.slug or "", [*legs]))
    return signed_reply(dossier, 200, "application/json", body)


def _maintenance(service: Service, policy: Policy, now: float) -> LegTold:
    window = running(service, policy, now=now)
    if window is None:
        return _ok(Leg.MAINTENANCE)
    return _failed(Leg.MAINTENANCE, "provider-maintenance", told(window, policy.members.get(service.owner, "")))


def _ok(leg: Leg) -> LegTold:
    return LegTold(leg.value, LegState.OK.value)


def _skipped(leg: Leg) -> LegTold:
    return LegTold(leg.value, LegState.SKIPPED.value)


def _failed(leg: Leg, slug: str, hint: str | None = None) -> LegTold:
    return LegTold(leg.value, LegState.FAILED.value, slug, hint or PROBLEMS[slug].detail)
