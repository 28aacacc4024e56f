from datetime import datetime

from haihe.base.accounts.api import Actor
from haihe.platforms.services.queries import own_cases


def mark_seen(*, actor: Actor, number: str, now: datetime) -> None:
    """Note that the applicant has looked at the case; news until then is no longer news. Others' looks don't count."""
    own_cases(actor).filter(number=number).update(seen_at=now)
