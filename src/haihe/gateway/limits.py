"""What a grant allows in time: so many requests a second, so many answers a day; and how both are told.

The headers are those of draft-ietf-httpapi-ratelimit-headers-11: RateLimit-Policy with each limit, RateLimit with what
is left of it. They are advice to a program that wants to be polite, and no part of what is signed.
"""

import math

from haihe.gateway.dossier import Dossier, Refused
from haihe.gateway.policy import Grant
from haihe.gateway.quota import Quotas
from haihe.kernel.city_day import day_of, seconds_left
from haihe.kernel.rates import Rates


def check_rate(dossier: Dossier, grant: Grant, rates: Rates, quotas: Quotas) -> None:
    """Raises: Refused, if the grant is used too fast."""
    if grant.rate_per_s and (wait_s := rates.take(grant.id, grant.rate_per_s, dossier.at)):
        dossier.limits = told(grant, rates, quotas, now=dossier.at)
        raise Refused("rate-limited", retry_after_s=math.ceil(wait_s))


def check_quota(dossier: Dossier, grant: Grant, rates: Rates, quotas: Quotas, *, answers: int = 1) -> int:
    """Return what is left today after so many more answers. Raises: Refused, if they are too many."""
    left = grant.quota_per_day - quotas.used(grant.id, day=day_of(dossier.at)) - answers
    if left < 0:
        dossier.limits = told(grant, rates, quotas, now=dossier.at)
        raise Refused("quota-exceeded", retry_after_s=seconds_left(dossier.at))
    return left


def told(grant: Grant, rates: Rates, quotas: Quotas, *, now: float) -> str:
    """Return the two header lines, as they are now."""
    return told_of(grant, rates, now=now, left=max(0, grant.quota_per_day - quotas.used(grant.id, day=day_of(now))))


def told_of(grant: Grant, rates: Rates, *, now: float, left: int) -> str:
    """Return the two header lines where so many answers are `left` today."""
    rate = f'"rate";r={rates.left(grant.id, grant.rate_per_s)};t=1, ' if grant.rate_per_s else ""
    return f'ratelimit-policy: {grant.limits}\r\nratelimit: {rate}"day";r={left};t={seconds_left(now)}\r\n'
