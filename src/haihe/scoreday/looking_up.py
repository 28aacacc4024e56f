"""One look at one's own result: the grant is asked, the register is read once, the record joins the batch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from haihe.gateway.answer import FOUND, NOT_FOUND, Question, read
from haihe.gateway.authorisation import authorise, rules
from haihe.gateway.dossier import Dossier, Permission, Refused
from haihe.gateway.group_commit import GroupCommit
from haihe.gateway.index import Indexes
from haihe.gateway.limits import check_quota
from haihe.gateway.policy import PolicyHolder
from haihe.gateway.quota import Quotas
from haihe.gateway.refusals import RefusalMeter
from haihe.gateway.requests import QueryRequest, Subject
from haihe.kernel.city_day import date_of, day_of
from haihe.kernel.keyring import Keyring
from haihe.kernel.rates import Rates
from haihe.kernel.subject_index import decode_entry, encode_entry
from haihe.scoreday.release import Release

NOT_CONFIRMED = "identity-not-confirmed"
type Values = Mapping[str, str | int | None]


class Credentials(NamedTuple):
    """What a candidate knows. The identity number is normalised and can be one."""

    number: str
    id_number: str


class Proof(NamedTuple):
    """The ledger's record of a look: its number, the time that the register was of, and when it was written."""

    evidence: str
    as_of: str
    at: float


class Told(NamedTuple):
    """The result with the evidence under which the ledger keeps this look, and the time that the register is of."""

    values: Values
    evidence: str
    as_of: str


class NotConfirmed(Exception):
    """No candidate has these two numbers; which of them is wrong isn't told."""


class NotNow(Exception):
    """Nothing can be said: the grant, the register or the quota doesn't allow it. The message is a problem's slug."""


@dataclass(slots=True)
class LookUp:
    """Works in the loop's thread and never waits; what it tells must not go out before the batch is durable."""

    keyring: Keyring
    policy: PolicyHolder
    indexes: Indexes
    commits: GroupCommit
    quotas: Quotas
    clock: Callable[[], float]
    monotonic: Callable[[], float]
    rates: Rates = field(default_factory=Rates)
    refusals: RefusalMeter = field(default_factory=RefusalMeter)

    def look_up(self, release: Release, credentials: Credentials, *, kept: Proof | None = None) -> Told:
        """Raises: NotConfirmed, NotNow; a record of it has joined the batch then, too.

        `kept` is the record that was written when they took their place in the line: of the same register, it counts
        for the one look that the place is good for.
        """
        dossier = Dossier(at=self.clock(), slug=release.content.service)
        try:
            permission = self._permission(release, dossier, credentials)
            return self._read(release, dossier, permission, credentials, kept)
        except Refused as refusal:
            self._keep_refusal(dossier, refusal.slug)
            raise NotNow(refusal.slug) from refusal

    def _permission(self, release: Release, dossier: Dossier, credentials: Credentials) -> Permission:
        policy, content = self.policy.current(now=self.monotonic()), release.content
        client = policy.clients.get(content.client) if policy else None
        if policy is None or client is None:
            raise Refused("unavailable")
        dossier.client, dossier.claimed = client, client.client_id
        dossier.asked = QueryRequest(Subject(credentials.id_number), content.purpose, release.slug, content.fields)
        permission = authorise(dossier, client, dossier.asked, policy=policy, is_release=True)
        check_quota(dossier, permission.grant, self.rates, self.quotas)
        return permission

    def _read(
        self,
        release: Release,
        dossier: Dossier,
        permission: Permission,
        credentials: Credentials,
        kept: Proof | None,
    ) -> Told:
        service, day = permission.service, day_of(dossier.at)
        masks = dict(zip(dossier.scope, rules(service.masks, dossier.scope), strict=True))
        subject = self.keyring.subject_key(credentials.id_number)
        index = self.indexes.get(service.resource)
        question = Question(subject, None, service.max_age_s, dossier.at, date_of(day))
        finding, values = read(index, question, masks=masks)
        if finding == NOT_FOUND:
            # What an entry costs to read is spent on nobody's, too: the time tells no more than the page.
            decode_entry(_decoy(release.content.fields))
        if finding == NOT_FOUND or (values is not None and str(values[release.content.number]) != credentials.number):
            self._keep_refusal(dossier, NOT_CONFIRMED)
            raise NotConfirmed
        if kept is not None and index is not None and values is not None and kept.as_of == index.as_of_text:
            return Told(values, kept.evidence, kept.as_of)
        batch, grant = self.commits.join(), permission.grant
        batch.count(grant.id, self.quotas.count(grant.id, day=day), day=day)
        batch.keep(dossier.answered(permission, (finding,), subject=subject, index=index), reserved=False)
        if finding != FOUND or values is None or index is None:
            raise NotNow(finding.reason or "unavailable")
        return Told(values, dossier.evidence, index.as_of_text)

    def _keep_refusal(self, dossier: Dossier, slug: str) -> None:
        dossier.fail(slug)
        if self.refusals.admit(dossier.claimed, slug, now=dossier.at):
            self.commits.join().keep(dossier.refused(slug), reserved=False)

    def keep_counted_refusals(self) -> None:
        """Record what was refused too often to be recorded one by one; every second."""
        for record in self.refusals.drain(now=self.clock()):
            self.commits.join().keep(record, reserved=False)


@lru_cache(maxsize=16)
def _decoy(fields: tuple[str, ...]) -> bytes:
    return encode_entry(False, b"", dict.fromkeys(fields, 100))
