"""Bundles follow their requests: answered when each is, followed again when one is taken up anew."""

from datetime import datetime

from haihe.base.accounts.api import SYSTEM, Role
from haihe.data.participation.events import BUNDLE_ANSWERED, announce
from haihe.data.participation.models import Bundle, DataRequest
from haihe.data.participation.operations.recording import allowed, make_move
from haihe.data.participation.telling import path_of, tell_desk
from haihe.data.participation.workflow import RUNNING_REQUESTS, BundleState


def look_after_bundles(request: DataRequest, *, now: datetime) -> None:
    """See how the bundles stand that this request is in."""
    for row in Bundle.objects.select_for_update(of=("self",)).filter(requests=request).order_by("pk"):
        look_after(row, now=now)


def look_after(row: Bundle, *, now: datetime) -> None:
    """Move a locked bundle as its requests demand."""
    waits = row.requests.filter(state__in=RUNNING_REQUESTS).exists()
    if waits and row.state != BundleState.FOLLOWING:
        row.answered_at, row.confirmed_at, row.confirmation = None, None, ""
        make_move(row, SYSTEM, allowed(row, SYSTEM, "reopen"), now=now)
    elif not waits and row.state == BundleState.FOLLOWING:
        row.answered_at = now
        make_move(row, SYSTEM, allowed(row, SYSTEM, "answered"), now=now)
        announce(BUNDLE_ANSWERED, name=row.number, title=row.title, state=row.state, path=path_of(row), now=now)
        tell_desk(row, "answered", [(Role.ASSOCIATION, row.association_id)], now=now)
