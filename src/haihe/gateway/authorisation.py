"""May this client ask this? Service, grant, purpose, claim and quota, in this order."""

from haihe.gateway.dossier import Dossier, Permission, Refused
from haihe.gateway.policy import Client, Grant, Policy
from haihe.gateway.quota import Quotas
from haihe.gateway.requests import VerifyRequest


def authorise(dossier: Dossier, client: Client, asked: VerifyRequest, *, policy: Policy) -> Permission:
    """Note service, grant and claims in the dossier too. One grant must cover all of them. Raises: Refused."""
    service = policy.services.get(dossier.slug or "")
    if service is None:
        raise Refused("unknown-service")
    dossier.service = service
    claims = dossier.claims = asked.claims or (asked.claim or service.default_claim,)
    grants = policy.grants.get((client.organisation, service.slug), ())
    for grant in grants:
        if grant.in_force(dossier.at) and asked.purpose in grant.purposes and grant.claims.issuperset(claims):
            break
    else:
        raise _why_not(dossier, grants, asked.purpose)
    dossier.grant = grant
    predicates = tuple(predicate for claim in claims if (predicate := service.claims.get(claim)) is not None)
    if len(predicates) < len(claims):
        # Granted, but the service no longer offers it or its rule can't be read.
        raise Refused("unavailable")
    return Permission(client, asked, service, grant, predicates)


def check_quota(grant: Grant, quotas: Quotas, *, day: int) -> None:
    """Raises: Refused."""
    if quotas.used(grant.id, day=day) >= grant.quota_per_day:
        raise Refused("quota-exceeded")


def _why_not(dossier: Dossier, grants: tuple[Grant, ...], purpose: str) -> Refused:
    if not grants:
        return Refused("no-grant")
    in_force = [grant for grant in grants if grant.in_force(dossier.at)]
    dossier.grant = (in_force or grants)[-1]
    if not in_force:
        stopped = dossier.grant.status != "ACTIVE"
        return Refused("grant-suspended" if stopped else "grant-expired")
    if not any(purpose in grant.purposes for grant in in_force):
        return Refused("purpose-not-granted")
    return Refused("field-out-of-scope")
