"""Reads of usage records: whole for user, owner and authority (art. 29); for everybody in sums, small ones hidden."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Max, Min, QuerySet, Sum, Value, When

from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.data.sharing.errors import NotFound
from haihe.data.sharing.models import Grant, UsageRecord, UsageRetention
from haihe.data.sharing.models.usage import RETENTION_FLOOR_MONTHS
from haihe.data.sharing.periods import Period, periods_between

FEWEST_SHOWN = 5
"""Smaller counts are shown as "fewer than five": so few could be somebody's."""
_LATEST_RETENTIONS = 5
_ANSWERS = F("matched") + F("not_matched") + F("found") + F("not_found") + F("unknown") + F("other")


@dataclass(frozen=True, slots=True)
class PublicUse:
    """Which department used which service for what; None stands for a count too small to be shown."""

    user: str
    owner: str
    resource: str
    service: str
    purpose: str
    legal_basis: str
    answers: int | None
    cases: int | None


def grant_with_usage(actor: Actor, grant_id: UUID) -> Grant:
    """Return the grant to its user, its owner and the authority, and to nobody else. Raises: NotFound."""
    row = Grant.objects.select_related("service", "request").filter(pk=grant_id).first()
    if row is None or not may_read(actor, row):
        raise NotFound
    return row


def may_read(actor: Actor, grant: Grant) -> bool:
    """True for user, owner and authority (art. 29)."""
    mine = actor.organisations(Role.STEWARD, Role.APPROVER)
    return actor is SYSTEM or actor.has(Role.OPERATOR) or bool({grant.organisation, grant.owner} & mine)


def usage_of(grant: Grant) -> QuerySet[UsageRecord]:
    """Return the grant's records, the newest month first."""
    return UsageRecord.objects.filter(grant=grant).order_by("-month")


def may_note(actor: Actor, grant: Grant) -> bool:
    """True for the steward of the user department, who keeps the record."""
    return actor.has(Role.STEWARD, grant.organisation)


def retention_months() -> int:
    """Return how long records are kept: the city's policy, the law's three years at least."""
    newest = UsageRetention.objects.values_list("months", flat=True).first()
    return max(RETENTION_FLOOR_MONTHS, newest or 0)


def retentions() -> list[UsageRetention]:
    """Return what was set, the newest first: that is the one in force."""
    return list(UsageRetention.objects.all()[:_LATEST_RETENTIONS])


def used_periods() -> list[Period]:
    """Return the periods of which there are records, `all` in front."""
    ends = UsageRecord.objects.aggregate(first=Min("month"), last=Max("month"))
    return periods_between(ends["first"], ends["last"]) if ends["first"] else []


def public_uses(period: Period, *, user: str = "") -> "QuerySet[Any, Any]":
    """Return sums by department, service and purpose, the largest first; what is hidden isn't told by its place either.

    Rows of `public_use`.
    """
    rows = UsageRecord.objects.filter(calls__gt=0, month__gte=period.first, month__lt=period.until)
    if user:
        rows = rows.filter(grant__organisation=user)
    grouped = rows.order_by().values(
        "grant__organisation",
        "grant__owner",
        "grant__service__resource",
        "grant__service__title",
        "grant__purposes",
        "grant__legal_basis",
    )
    summed = grouped.annotate(given=Sum(_ANSWERS), of_cases=Sum("cases"))
    shown = Case(When(given__gte=FEWEST_SHOWN, then=F("given")), default=Value(0))
    return summed.annotate(shown=shown).order_by("-shown", "grant__organisation", "grant__service__title")


def public_use(row: dict[str, object]) -> PublicUse:
    return PublicUse(
        user=str(row["grant__organisation"]),
        owner=str(row["grant__owner"]),
        resource=str(row["grant__service__resource"]),
        service=str(row["grant__service__title"]),
        purpose=" ".join(map(str, row["grant__purposes"])) if isinstance(row["grant__purposes"], list) else "",
        legal_basis=str(row["grant__legal_basis"]),
        answers=_if_shown(row["given"]),
        cases=_if_shown(row["of_cases"]),
    )


def users() -> list[str]:
    """Return the codes of the departments that have ever used a grant."""
    return sorted(UsageRecord.objects.order_by().values_list("grant__organisation", flat=True).distinct())


def month_of(text: str) -> date | None:
    """Read 2026-11; None for anything else."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def _if_shown(count: object) -> int | None:
    return count if isinstance(count, int) and count >= FEWEST_SHOWN else None
