"""A provider's announced maintenance: begins and ends by the time of each request, without anybody's doing.

Looked at after it is known that the asker may ask, and before anything is counted: it uses up no quota.
"""

import math
from datetime import datetime, timedelta, timezone

from haihe.gateway.dossier import Refused
from haihe.gateway.policy import PROXY, Maintenance, Policy, Service

_CITY = timezone(timedelta(hours=8))


def running(service: Service, policy: Policy, *, now: float) -> Maintenance | None:
    """Return the maintenance that keeps the service from answering now; of several the one that lasts longest."""
    if not policy.maintenance:
        return None
    announced = [
        window
        for place in (service.slug, "")
        for window in policy.maintenance.get((service.owner, place), ())
        if window.valid_from <= now < window.valid_until and not (window.serves_on and service.kind != PROXY)
    ]
    return max(announced, key=lambda window: window.valid_until, default=None)


def check_maintenance(service: Service, policy: Policy, *, now: float) -> None:
    """Raises: Refused, with the seconds until the maintenance ends."""
    window = running(service, policy, now=now)
    if window is not None:
        detail = told(window, policy.members.get(service.owner, ""))
        raise Refused("provider-maintenance", detail, retry_after_s=math.ceil(window.valid_until - now))


def told(window: Maintenance, owner: str) -> str:
    """Say in Chinese who works on it, why and until when, and what to do meanwhile."""
    until = datetime.fromtimestamp(window.valid_until, _CITY).strftime("%Y-%m-%d %H:%M")
    return (
        f"{owner or '提供部门'}正在维护（{window.reason}），到 {until} 为止，请届时重试；办事人员可先按纸质材料受理。"
    )
