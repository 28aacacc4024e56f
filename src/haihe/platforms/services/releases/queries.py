"""Who may know of which release."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from haihe.base.accounts.api import Actor, Role
from haihe.platforms.services.releases.errors import NotFound
from haihe.platforms.services.releases.models import ReleaseEvent, ResultRelease
from haihe.platforms.services.releases.workflow import Part, ReleaseState

SERVED_WITHIN: Final = timedelta(seconds=2)
"""By then `haihe scoreday`, which looks 2.5 times a second, serves it: a link shown before leads nowhere."""
_OFFICE = (Role.STEWARD, Role.APPROVER)


def visible_releases(actor: Actor) -> QuerySet[ResultRelease]:
    """Those of one's own office; the data centre's operator and the auditor see all."""
    if actor.has(Role.OPERATOR) or actor.has(Role.AUDITOR):
        return ResultRelease.objects.all()
    own = [organisation for role, organisation in actor.roles if role in _OFFICE]
    return ResultRelease.objects.filter(organisation__in=own)


def public_releases(now: datetime) -> QuerySet[ResultRelease]:
    """Return what was approved, is served and isn't over; everybody may know when it opens."""
    just_approved = ReleaseEvent.objects.filter(release=OuterRef("pk"), name="approve", at__gt=now - SERVED_WITHIN)
    return ResultRelease.objects.filter(~Exists(just_approved), state=ReleaseState.APPROVED, closes_at__gt=now)


def release_for(actor: Actor, slug: str) -> ResultRelease:
    """Raises: NotFound."""
    found = visible_releases(actor).filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


def parts_in(actor: Actor, organisation: str) -> tuple[Part, ...]:
    """Return the parts in which somebody acts for an office."""
    return tuple(part for part in Part if actor.has(Role(part.value), organisation=organisation))
