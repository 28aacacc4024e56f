"""Open, ask, approve: through the operations that people use, as the people of the cast."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from haihe.base.accounts.api import actor_for
from haihe.city.cast import HOUSING_FUND_CENTRE
from haihe.data.sharing import operations
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
from haihe.data.sharing.models import Client, Service, SharingRequest
from haihe.data.sharing.operations.requesting import Application
from haihe.data.sharing.operations.scoring import refresh_scoreboard
from haihe.data.sharing.workflow import RequestState

_GRANT = ("approve_by_office", "approve")
_APPROVERS = {"approve_by_office": "approver_gjj", "approve": "approver_mzj"}


def plant(*, scale: float, now: datetime, progress: Callable[[str, float], None]) -> None:
    """Plant what isn't there yet: the grant of the story, one request at the owner's desk, one at the office's."""
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
    _bring(WITHDRAWAL, _GRANT, at=now, now=now)
    _bring(RENT_SUBSIDY, _GRANT, at=now, now=now)
    progress("requests", 0.8)
    # A few working days on its way, so that its lamp has something to say.
    _bring(HARDSHIP, _GRANT[:1], at=now - timedelta(days=11), now=now)
    _bring(LOAN_RELIEF, (), at=now, now=now)
    # From then on the worker sees to it; nobody should have to wait for its first time.
    refresh_scoreboard(now=now)


def _bring(application: Application, moves: tuple[str, ...], *, at: datetime, now: datetime) -> None:
    """Bring a request so far; `at` is when it happened, by people with the roles that they have `now`."""
    request_id = _requested(application, at=at, now=now)
    done = {RequestState.OFFICE_REVIEW: 0, RequestState.OWNER_REVIEW: 1}
    row = SharingRequest.objects.get(pk=request_id)
    for name in moves[done.get(RequestState(row.state), len(moves)) :]:
        actor = actor_for(_APPROVERS[name], now=now)
        operations.move_request(actor=actor, request_id=request_id, name=name, now=at)


def _requested(application: Application, *, at: datetime, now: datetime) -> UUID:
    if row := SharingRequest.objects.filter(token=application.token).first():
        return row.id
    actor = actor_for("steward_gjj", now=now)
    return operations.request_sharing(actor=actor, application=application, now=at)
