"""May this client ask this? Service, grant, purpose and scope (claims or fields), in this order."""

from collections.abc import Mapping

from haihe.gateway.dossier import Dossier, Permission, Refused
from haihe.gateway.policy import VERIFY, Client, Grant, Policy
from haihe.gateway.requests import ANY, Asked
from haihe.kernel.result_release import PURPOSE as RESULT_RELEASE

_STOPPED = {"ACTIVE": "grant-expired", "TERMINATED": "grant-terminated"}
"""Why a grant that isn't in force isn't, by its status; an active one has only its time against it."""
_ONLY_RELEASED = "这项用途的结果只在成绩查询页面按发布时间向考生本人提供，程序不能查询。"


def authorise(
    dossier: Dossier, client: Client, asked: Asked, *, policy: Policy, is_release: bool = False
) -> Permission:
    """Note service, grant and scope in the dossier too. One grant must cover the whole scope. Raises: Refused.

    What is granted for a release of results is told by score day, in its time and to the candidate; to no program.
    """
    if asked.purpose == RESULT_RELEASE and not is_release:
        raise Refused("purpose-not-granted", _ONLY_RELEASED)
    service = policy.services.get(dossier.slug or "")
    if service is None or asked.kind not in (service.kind, ANY):
        raise Refused("unknown-service")
    dossier.service = service
    scope = dossier.scope = asked.scope(service.default_claim)
    grants = policy.grants.get((client.organisation, service.slug), ())
    verifies = service.kind == VERIFY
    for grant in grants:
        granted = grant.claims if verifies else grant.fields
        if grant.in_force(dossier.at) and asked.purpose in grant.purposes and granted.issuperset(scope):
            break
    else:
        raise _why_not(dossier, grants, asked.purpose)
    dossier.grant = grant
    return Permission(client, asked, service, grant)


def rules[Rule](offered: Mapping[str, Rule | None], scope: tuple[str, ...]) -> tuple[Rule, ...]:
    """Return the rule of each name. Raises: Refused, if one is granted that the service has no readable rule for."""
    if len(scope) == 1 and (only := offered.get(scope[0])) is not None:
        return (only,)
    found = tuple([rule for name in scope if (rule := offered.get(name)) is not None])
    if len(found) < len(scope):
        raise Refused("unavailable")
    return found


def _why_not(dossier: Dossier, grants: tuple[Grant, ...], purpose: str) -> Refused:
    if not grants:
        return Refused("no-grant")
    in_force = [grant for grant in grants if grant.in_force(dossier.at)]
    dossier.grant = (in_force or grants)[-1]
    if not in_force:
        return Refused(_STOPPED.get(dossier.grant.status, "grant-suspended"))
    if not any(purpose in grant.purposes for grant in in_force):
        return Refused("purpose-not-granted")
    return Refused("field-out-of-scope")
