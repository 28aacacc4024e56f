"""What X-Road calls metaservices: who takes part, what a subsystem offers, and what of it the caller may ask."""

import json
from collections.abc import Callable

from haihe.gateway.policy import Client, Policy, Service
from haihe.gateway.xroad.names import INSTANCE, KINDS, MEMBER_CLASS, Target, services, subsystem_of
from haihe.gateway.xroad.passing import endpoints


def list_clients(policy: Policy) -> bytes:
    """Name the organisations that take part, and the subsystems that offer something."""
    members = [{"id": _identifier("MEMBER", code), "name": name} for code, name in sorted(policy.members.items())]
    offered = {(service.owner, subsystem_of(service)) for service in policy.services.values() if service.kind in KINDS}
    subsystems = [
        {
            "id": _identifier("SUBSYSTEM", owner) | {"subsystem_code": subsystem},
            "name": policy.members.get(owner, owner),
        }
        for owner, subsystem in sorted(offered)
        if owner in policy.members
    ]
    return _encoded({"member": [*members, *subsystems]})


def list_methods(policy: Policy, provider: Target) -> bytes:
    """Name all that the subsystem offers, whoever may ask it."""
    return _methods(policy, provider, lambda _: True)


def allowed_methods(policy: Policy, provider: Target, client: Client, *, now: float) -> bytes:
    """Name what the client's organisation has a grant for that is in force."""

    def granted(service: Service) -> bool:
        held = policy.grants.get((client.organisation, service.slug), ())
        return any(grant.in_force(now) for grant in held)

    return _methods(policy, provider, granted)


def _methods(policy: Policy, provider: Target, wanted: Callable[[Service], bool]) -> bytes:
    return _encoded(
        {
            "service": [
                _identifier("SERVICE", service.owner)
                | {
                    "subsystem_code": subsystem_of(service),
                    "service_code": service.slug,
                    "service_type": "OPENAPI",
                    "endpoint_list": [{"method": method, "path": path} for method, path in endpoints(service)],
                }
                for service in services(policy, provider)
                if wanted(service)
            ]
        }
    )


def _identifier(kind: str, member: str) -> dict[str, object]:
    return {
        "object_type": kind,
        "xroad_instance": INSTANCE,
        "member_class": MEMBER_CLASS,
        "member_code": member,
    }


def _encoded(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
