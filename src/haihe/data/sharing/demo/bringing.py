"""Bring a request of the demo so far, by the people whose turn it is, unless somebody brought it there already."""

from datetime import datetime
from uuid import UUID

from haihe.base.accounts.api import actor_for
from haihe.data.sharing import operations
from haihe.data.sharing.models import Grant, SharingRequest
from haihe.data.sharing.operations.requesting import Application
from haihe.data.sharing.workflow import RequestState

GRANT = ("approve_by_office", "approve")
REFUSE = ("approve_by_office", "refuse")
_APPROVERS = {"approve_by_office": "approver_gjj", "approve": "approver_mzj", "refuse": "approver_mzj"}
_DONE = {RequestState.OFFICE_REVIEW: 0, RequestState.OWNER_REVIEW: 1}


def bring(application: Application, moves: tuple[str, ...], *, at: datetime, now: datetime, words: str = "") -> UUID:
    """Return the request's id; `at` is when it happened, by people with the roles that they have `now`."""
    request_id = _requested(application, at=at, now=now)
    row = SharingRequest.objects.get(pk=request_id)
    for name in moves[_DONE.get(RequestState(row.state), len(moves)) :]:
        actor = actor_for(_APPROVERS[name], now=now)
        told = words if name == "refuse" else ""
        operations.move_request(actor=actor, request_id=request_id, name=name, now=at, words=told)
    return request_id


def granted(application: Application, *, at: datetime, now: datetime) -> Grant:
    """Return the grant of a request that both offices agreed to."""
    return Grant.objects.get(request_id=bring(application, GRANT, at=at, now=now))


def _requested(application: Application, *, at: datetime, now: datetime) -> UUID:
    if row := SharingRequest.objects.filter(token=application.token).first():
        return row.id
    actor = actor_for("steward_gjj", now=now)
    return operations.request_sharing(actor=actor, application=application, now=at)
