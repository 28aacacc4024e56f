"""Open, ask, approve: through the operations that people use, as the people of the cast."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from haihe.base.accounts.api import actor_for
from haihe.city.cast import HOUSING_FUND_CENTRE
from haihe.data.sharing import operations
from haihe.data.sharing.demo.bringing import GRANT, bring
from haihe.data.sharing.demo.entries import (
    HARDSHIP,
    LOAN_RELIEF,
    PLATFORM_CLIENT,
    RELIEF_DETAILS,
    RELIEF_SCOPE,
    RELIEF_STATUS,
    RENT_SUBSIDY,
    WITHDRAWAL,
)
from haihe.data.sharing.demo.kinds import plant_kinds
from haihe.data.sharing.demo.troubles import plant_troubles
from haihe.data.sharing.models import Client, Service
from haihe.data.sharing.operations.scoring import refresh_scoreboard


def plant(*, scale: float, now: datetime, progress: Callable[[str, float], None]) -> None:
    """Plant what isn't there yet: the grant of the story, one request at the owner's desk, one at the office's,
    services of the other kinds, and what goes wrong between departments: a dispute, a misuse, a planned stop.
    """
    progress("relief-status", 0.1)
    for service in (RELIEF_STATUS, RELIEF_SCOPE, RELIEF_DETAILS):
        if not Service.objects.filter(slug=service.slug).exists():
            operations.open_service(actor=actor_for("steward_mzj", now=now), service=service, now=now)
    progress(PLATFORM_CLIENT, 0.3)
    if not Client.objects.filter(client_id=PLATFORM_CLIENT).exists():
        # Nobody needs to see the secret: our own platforms open it with the keyring.
        operations.register_client(
            actor=actor_for("steward_gjj", now=now),
            organisation=HOUSING_FUND_CENTRE,
            client_id=PLATFORM_CLIENT,
            title="政务服务平台（办件自动核验）",
            is_platform=True,
            now=now,
        )
    progress("grant", 0.5)
    bring(WITHDRAWAL, GRANT, at=now, now=now)
    bring(RENT_SUBSIDY, GRANT, at=now, now=now)
    progress("requests", 0.8)
    # A few working days on its way, so that its lamp has something to say.
    bring(HARDSHIP, GRANT[:1], at=now - timedelta(days=11), now=now)
    bring(LOAN_RELIEF, (), at=now, now=now)
    progress("kinds", 0.9)
    plant_kinds(pages_url=settings.HAIHE.pages_url, at=now, now=now)
    plant_troubles(now=now)
    # From then on the worker sees to it; nobody should have to wait for its first time.
    refresh_scoreboard(now=now)
