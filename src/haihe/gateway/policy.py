"""Who may ask what: one immutable picture of the database's policy views, and how long it may be trusted."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from haihe.gateway.claims import Predicate
from haihe.kernel.mac import Mac
from haihe.kernel.mask_rules import Mask
from haihe.kernel.signing import CheckingKey
from haihe.kernel.source_rules import Network, SourceRules

VERIFY = "VERIFY"
QUERY = "QUERY"
PROXY = "PROXY"
SUBSCRIBE = "SUBSCRIBE"
MAX_AGE_S = 60.0
"""Without word from the database a policy serves this long and no longer, so no withdrawn grant lives beyond it."""


class ClientKey(NamedTuple):
    """One of a system's keys: an HMAC secret, or the public half of an Ed25519 key. Times are Unix seconds.

    `name` is (client id, key id).
    """

    name: tuple[str, str]
    key: CheckingKey
    not_before: float = 0.0
    expires_at: float = math.inf

    def in_force(self, now: float) -> bool:
        return self.not_before <= now < self.expires_at


@dataclass(frozen=True, slots=True)
class Client:
    """A department's system. Its keys stand newest first; while one takes over from another, several are in force."""

    client_id: str
    organisation: str
    keys: tuple[ClientKey, ...]

    @classmethod
    def with_secret(cls, client_id: str, organisation: str, secret: Mac) -> "Client":
        """Make a system with one secret that never ends."""
        return cls(client_id, organisation, (ClientKey((client_id, ""), secret),))


@dataclass(frozen=True, slots=True)
class Source:
    """A department's own interface as its owner laid it down, and the networks in which an operator confirmed it.

    `digest` changes with the rules and masks, so that no answer by old ones is taken for one by the new.
    """

    rules: SourceRules
    networks: tuple[Network, ...]
    digest: bytes
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Service:
    """A VERIFY service has claims, every other masks, each by name; None stands for one that didn't compile.

    A PROXY service has a source too, if it is one that can be asked.
    """

    slug: str
    resource: str
    owner: str
    default_claim: str
    claims: Mapping[str, Predicate | None]
    max_age_s: int
    kind: str = VERIFY
    masks: Mapping[str, Mask | None] = field(default_factory=dict)
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """Times are Unix seconds; in force from `valid_from` until just before `valid_until`.

    `claims` may be asked of VERIFY services, `fields` of all others; the one never stands for the other.
    `last_good_s` is how old an answer may be while a PROXY service's source is away; 0 for never.
    A `rate_per_s` of 0 is no limit, which only the gateway gives itself. `limits` tells both limits in a header.
    """

    id: str
    organisation: str
    service: str
    claims: frozenset[str]
    purposes: frozenset[str]
    legal_basis: str
    valid_from: float
    valid_until: float
    quota_per_day: int
    status: str
    fields: frozenset[str] = frozenset()
    last_good_s: int = 0
    rate_per_s: int = 0
    limits: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        rate = f'"rate";q={self.rate_per_s};w=1, ' if self.rate_per_s else ""
        object.__setattr__(self, "limits", f'{rate}"day";q={self.quota_per_day};w=86400')

    def in_force(self, now: float) -> bool:
        return self.status == "ACTIVE" and self.valid_from <= now < self.valid_until


@dataclass(frozen=True, slots=True)
class About:
    """What a service is called, for its published description; `titles` and mask `rules` are by name."""

    title: str = ""
    summary: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class Maintenance(NamedTuple):
    """When an owner works on its systems: on all of them, or on what is behind one `service`. Times are Unix seconds.

    What is answered from our own index may go on meanwhile where it `serves_on`.
    """

    owner: str
    service: str
    valid_from: float
    valid_until: float
    reason: str
    serves_on: bool


class IndexRow(NamedTuple):
    """Which snapshot of a resource is current; `path` is relative to the data directory."""

    resource: str
    snapshot: str
    path: str


@dataclass(frozen=True, slots=True)
class Policy:
    """Only enabled clients and services are in it."""

    clients: Mapping[str, Client] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    grants: Mapping[tuple[str, str], tuple[Grant, ...]] = field(default_factory=dict)
    indexes: tuple[IndexRow, ...] = ()
    about: Mapping[str, About] = field(default_factory=dict)
    members: Mapping[str, str] = field(default_factory=dict)
    """Names of the organisations that own a service or have a client, by code."""
    maintenance: Mapping[tuple[str, str], tuple[Maintenance, ...]] = field(default_factory=dict)
    """Announced maintenance by owner and service; those of all services of an owner under ""."""

    @classmethod
    def of(
        cls,
        *,
        clients: Iterable[Client],
        services: Iterable[Service],
        grants: Iterable[Grant],
        indexes: Iterable[IndexRow],
        about: Mapping[str, About] | None = None,
        members: Mapping[str, str] | None = None,
        maintenance: Iterable[Maintenance] = (),
    ) -> "Policy":
        by_holder: dict[tuple[str, str], list[Grant]] = {}
        for grant in grants:
            by_holder.setdefault((grant.organisation, grant.service), []).append(grant)
        windows: dict[tuple[str, str], list[Maintenance]] = {}
        for window in maintenance:
            windows.setdefault((window.owner, window.service), []).append(window)
        return cls(
            clients={client.client_id: client for client in clients},
            services={service.slug: service for service in services},
            grants={holder: tuple(held) for holder, held in by_holder.items()},
            indexes=tuple(indexes),
            about=about or {},
            members=members or {},
            maintenance={place: tuple(announced) for place, announced in windows.items()},
        )


class PolicyHolder:
    """The policy in use. `now` is monotonic time: a clock set back must not keep an old policy alive."""

    def __init__(self) -> None:
        self._policy: Policy | None = None
        self._confirmed_at = 0.0

    def confirm(self, policy: Policy | None = None, *, now: float) -> None:
        """Take over a new policy, or note that the present one still is what the database says."""
        self._policy = policy or self._policy
        self._confirmed_at = now

    def current(self, *, now: float) -> Policy | None:
        """None if there is none yet, or none that may still be trusted."""
        return self._policy if now - self._confirmed_at <= MAX_AGE_S else None

    def age_s(self, *, now: float) -> float:
        return now - self._confirmed_at
