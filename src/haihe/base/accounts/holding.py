"""Who holds a role: for work that comes to a person, not to a desk."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from haihe.base.accounts.models import Membership


@dataclass(frozen=True, slots=True)
class Holder:
    """One person who holds a role now."""

    user_id: UUID
    name: str


def holders_of(role: str, organisation: str, *, now: datetime) -> list[Holder]:
    """Return whoever holds the role in the organisation at `now` and has an open account, by name."""
    held = Membership.objects.filter(role=role, organisation=organisation, user__is_active=True, valid_from__lte=now)
    current = held.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=now)).select_related("user")
    return [Holder(one.user.pk, one.user.name) for one in current.order_by("user__name", "user__pk")]
