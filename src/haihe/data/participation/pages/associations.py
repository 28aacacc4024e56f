"""What the pages of associations show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from haihe.base.accounts.api import Actor, Role
from haihe.data.participation import queries
from haihe.data.participation.models import Association, AssociationMember, Bundle, Vouching
from haihe.data.participation.pages.moving import Button, Line, buttons, history
from haihe.data.participation.pages.requests import Listed, listed
from haihe.data.participation.persons import departments, parts_on
from haihe.data.participation.workflow import REQUESTS_FOR_ALL, REUSES_FOR_ALL, BundleState, Part


@dataclass(frozen=True, slots=True)
class AssociationsPage:
    """All associations that take part."""

    rows: tuple[Association, ...]
    may_register: bool
    told: Mapping[str, str] = field(default_factory=dict)
    complaint: str = ""


def associations_page(actor: Actor, *, told: Mapping[str, str] | None = None, complaint: str = "") -> AssociationsPage:
    rows = tuple(queries.associations())
    return AssociationsPage(rows, actor.has(Role.OPERATOR), told or {}, complaint)


@dataclass(frozen=True, slots=True)
class Figures:
    """Working days until departments answered what it follows, days until it told its members; None: not yet."""

    answered: int
    answer_days: Decimal | None
    confirm_days: Decimal | None


@dataclass(frozen=True, slots=True)
class AssociationPage:
    """One association: whom it speaks for, what it follows, what it vouches for."""

    row: Association
    bundles: tuple[Bundle, ...]
    vouchings: tuple[Vouching, ...]
    figures: Figures
    is_clerk: bool
    is_member: bool
    is_signed_in: bool
    complaint: str = ""


def association_page(actor: Actor, row: Association, *, complaint: str = "") -> AssociationPage:
    bundles = tuple(queries.bundles_of(row))
    vouchings = row.vouchings.filter(ended_at=None, reuse__state__in=REUSES_FOR_ALL).select_related("reuse")
    return AssociationPage(
        row=row,
        bundles=bundles,
        vouchings=tuple(vouchings),
        figures=_figures(bundles),
        is_clerk=actor.has(Role.ASSOCIATION, row.code),
        is_member=actor.user_id is not None and row.members.filter(user_id=actor.user_id, left_at=None).exists(),
        is_signed_in=actor.is_signed_in,
        complaint=complaint,
    )


def _figures(bundles: Iterable[Bundle]) -> Figures:
    rows = list(bundles)
    requests = {request.pk: request for row in rows for request in row.requests.all()}
    days = [request.answer_days for request in requests.values() if request.answer_days is not None]
    waited = [
        (row.confirmed_at - row.answered_at).total_seconds() / 86_400
        for row in rows
        if row.confirmed_at and row.answered_at
    ]
    return Figures(len(days), _mean(days), _mean(waited))


def _mean(values: Iterable[float]) -> Decimal | None:
    told = list(values)
    return Decimal(f"{sum(told) / len(told):.1f}") if told else None


@dataclass(frozen=True, slots=True)
class AssociationDesk:
    """The clerk's desk: what waits, what may be bundled, who belongs to it."""

    row: Association
    to_confirm: tuple[Bundle, ...]
    following: tuple[Bundle, ...]
    choices: tuple[Listed, ...]
    members: tuple[AssociationMember, ...]
    told: Mapping[str, str] = field(default_factory=dict)
    chosen: frozenset[str] = frozenset()
    complaint: str = ""


def association_desk(
    row: Association,
    *,
    now: datetime,
    told: Mapping[str, str] | None = None,
    chosen: Iterable[str] = (),
    complaint: str = "",
) -> AssociationDesk:
    rows = list(queries.bundles_of(row))
    return AssociationDesk(
        row=row,
        to_confirm=tuple(one for one in rows if one.state == BundleState.ANSWERED),
        following=tuple(one for one in rows if one.state == BundleState.FOLLOWING),
        choices=listed(list(queries.requests_to_bundle()[:100]), departments(), timezone.localdate(now)),
        members=tuple(row.members.filter(left_at=None)[:500]),
        told=told or {},
        chosen=frozenset(chosen),
        complaint=complaint,
    )


@dataclass(frozen=True, slots=True)
class BundlePage:
    """One bundle: its words, its requests, what the association told its members."""

    row: Bundle
    requests: tuple[Listed, ...]
    buttons: tuple[Button, ...]
    history: tuple[Line, ...]
    choices: tuple[Listed, ...]
    told: Mapping[str, str] = field(default_factory=dict)
    complaint: str = ""


def bundle_page(
    actor: Actor, row: Bundle, *, now: datetime, told: Mapping[str, str] | None = None, complaint: str = ""
) -> BundlePage:
    today, names = timezone.localdate(now), departments()
    is_clerk = Part.ASSOCIATION in parts_on(actor, row)
    inside = list(row.requests.filter(state__in=REQUESTS_FOR_ALL))
    known = {one.pk for one in inside}
    further = [one for one in queries.requests_to_bundle()[:50] if one.pk not in known]
    return BundlePage(
        row=row,
        requests=listed(inside, names, today),
        buttons=buttons(actor, row),
        history=history(row),
        choices=listed(further, names, today) if is_clerk and row.state == BundleState.FOLLOWING else (),
        told=told or {},
        complaint=complaint,
    )
