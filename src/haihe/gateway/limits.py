"""What a grant allows in time: so many requests a second, so many answers a day; and how both are told.

The headers are those of draft-ietf-httpapi-ratelimit-headers-11: RateLimit-Policy with each limit, RateLimit with what
is left of it. They are advice to a program that wants to be polite, and no part of what is signed.
"""

import math

from haihe.gateway.dossier import Dossier, Refused
from haihe.gateway.policy import Grant
from haihe.gateway.quota import Quotas, day_of, seconds_left
from haihe.gateway.rates import Rates


def check_rate(dossier: Dossier, grant: Grant, rates: Rates, quotas: Quotas) -> None:
    """Raises: Refused, if the grant is used too fast."""
    wait_s = rates.take(grant, dossier.at)
    if wait_s:
        dossier.limits = told(grant, rates, quotas, now=dossier.at)
        raise Refused("rate-limited", retry_after_s=math.ceil(wait_s))


def check_quota(dossier: Dossier, grant: Grant, rates: Rates, quotas: Quotas, *, answers: int = 1) -> None:
    """Raises: Refused, if so many more answers are too many today."""
    if quotas.used(grant.id, day=day_of(dossier.at)) + answers > grant.quota_per_day:
        dossier.limits = told(grant, rates, quotas, now=dossier.at)
        raise Refused("quota-exceeded", retry_after_s=seconds_left(dossier.at))


def told(grant: Grant, rates: Rates, quotas: Quotas, *, now: float, answers: int = 0) -> str:
    """Return the two header lines, as they are when so many answers more are counted."""
    left = max(0, grant.quota_per_day - quotas.used(grant.id, day=day_of(now)) - answers)
    rate = f'"rate";r={rates.left(grant)};t=1, ' if grant.rate_per_s else ""
    return f'ratelimit-policy: {grant.limits}\r\nratelimit: {rate}"day";r={left};t={seconds_left(now)}\r\n'
