"""Who and what is meant: `CN-TJ/GOV/{organisation}/{client}`, `CN-TJ/GOV/{owner}/{serial of resource}/{service}`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from haihe.gateway.policy import PROXY, QUERY, SUBSCRIBE, VERIFY, Client, Policy, Service

INSTANCE = "CN-TJ"
MEMBER_CLASS = "GOV"
KINDS = {VERIFY: "verify", QUERY: "query", PROXY: "proxy", SUBSCRIBE: "subscribe"}
"""What can be asked by way of this front, and as which endpoint."""
# Nothing of ours needs an escape in an address; forms that mean the same under two spellings are refused.
_PART = r"[A-Za-z0-9._~-]{1,64}"
_SERVICE = re.compile(rf"/r1/({_PART})/({_PART})/({_PART})/({_PART})/({_PART})(?:/({_PART}(?:/{_PART})*))?")
_CLIENT = re.compile(rf"({_PART})/({_PART})/({_PART})(?:/({_PART}))?")


@dataclass(frozen=True, slots=True)
class Target:
    """What an address names; `endpoint` is what stands behind the service, where something does; of a
    service that a department's interface answers, it may be several steps long."""

    instance: str
    member_class: str
    member: str
    subsystem: str
    code: str
    endpoint: str | None

    @property
    def service_id(self) -> str:
        return f"{self.instance}/{self.member_class}/{self.member}/{self.subsystem}/{self.code}"

    def offers(self, service: Service) -> bool:
        """True if the service is one of the subsystem that is named."""
        return (
            service.kind in KINDS
            and not service.slug.startswith("_")
            and (self.instance, self.member_class) == (INSTANCE, MEMBER_CLASS)
            and (self.member, self.subsystem) == (service.owner, subsystem_of(service))
        )


def target(path: str) -> Target | None:
    """Read an address; None if it names nothing."""
    named = _SERVICE.fullmatch(path)
    return Target(*named.groups()) if named else None


def is_client_id(text: str) -> bool:
    return _CLIENT.fullmatch(text) is not None


def is_named(text: str, client: Client) -> bool:
    """True if the identifier is the client's; the subsystem may be left out."""
    member = f"{INSTANCE}/{MEMBER_CLASS}/{client.organisation}"
    return text in (member, f"{member}/{client.client_id}")


def subsystem_of(service: Service) -> str:
    """Return the serial of the service's resource: its code is owner and serial."""
    return service.resource.rpartition("/")[2]


def service_id(service: Service) -> str:
    return f"{INSTANCE}/{MEMBER_CLASS}/{service.owner}/{subsystem_of(service)}/{service.slug}"


def services(policy: Policy, provider: Target) -> Iterator[Service]:
    """Yield the services of the subsystem, by name."""
    return (service for _, service in sorted(policy.services.items()) if provider.offers(service))
