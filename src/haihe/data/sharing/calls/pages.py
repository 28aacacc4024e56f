"""What the page of calls shows, and to whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from haihe.base.accounts.api import Actor, Role
from haihe.base.watch import api as watch
from haihe.data.sharing.calls import charts, wording
from haihe.data.sharing.calls.chosen import SIDES, STRETCHES, Chosen
from haihe.data.sharing.models import Service
from haihe.data.sharing.queries import access
from haihe.data.sharing.workflow import GrantState

_OFFICE = (Role.STEWARD, Role.APPROVER)
_REASONS = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that chooses something; `here` is what is chosen."""

    label: object
    address: str
    here: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """A row of the table that tells what the pictures show."""

    label: str
    figures: watch.Figures
    p50: float | None
    p95: float | None
    p99: float | None


@dataclass(frozen=True, slots=True)
class CallsOf:
    """One asker's calls of one service; `reasons` are (why, how often), `grant` the one in force."""

    consumer: str
    figures: watch.Figures
    p99: float | None
    reasons: list[tuple[str, int]]
    more_reasons: int
    grant: UUID | None


@dataclass(frozen=True, slots=True)
class ServiceCalls:
    """All calls of one service. `slug` is empty where no service of that name was found."""

    slug: str
    title: str
    owner: str
    askers: list[CallsOf]
    may_open: bool


@dataclass(frozen=True, slots=True)
class CallsPage:
    chosen: Chosen
    at: datetime
    total: watch.Figures
    moments: list[Moment]
    services: list[ServiceCalls]
    stretches: list[Choice]
    sides: list[Choice]
    service_title: str
    without_service: str
    live: Choice
    of_all: bool
    calls_chart: charts.Option
    shares_chart: charts.Option
    times_chart: charts.Option

    @property
    def p99_ms(self) -> Decimal | None:
        return _decimal(charts.rounded(self.total.quantile_ms(0.99)))

    @property
    def stretch_label(self) -> object:
        return STRETCHES[self.chosen.stretch]


def calls_page(actor: Actor, chosen: Chosen, *, now: datetime) -> CallsPage:
    """Return the page: all of it for the data centre and the auditor, one's own department's calls for the rest."""
    which = _which(actor, chosen)
    points = watch.over_time(which, chosen.points, now=now)
    below = charts.labels(points, chosen.points.drawn)
    of_all = access.sees_all(actor)
    return CallsPage(
        chosen=chosen,
        at=now,
        total=watch.total(points),
        moments=[_moment(point, label) for point, label in zip(points, below, strict=True) if point.figures.calls],
        services=_services(actor, watch.by_service(which, chosen.points, now=now)),
        stretches=[_choice(label, chosen, stretch=name) for name, label in STRETCHES.items()],
        sides=[] if of_all else [_choice(label, chosen, side=name) for name, label in SIDES.items()],
        service_title=_title_of(actor, chosen.service),
        without_service=chosen.address(service=""),
        live=Choice("", chosen.address(live=not chosen.live), chosen.live),
        of_all=of_all,
        calls_chart=charts.calls(points, below),
        shares_chart=charts.shares(points, below),
        times_chart=charts.times(points, below),
    )


def _which(actor: Actor, chosen: Chosen) -> watch.Which:
    service = chosen.service or None
    if access.sees_all(actor):
        return watch.Which(service=service)
    mine = actor.organisations(*_OFFICE)
    return watch.Which(
        consumers=None if chosen.side == "given" else mine,
        owners=None if chosen.side == "asked" else mine,
        service=service,
    )


def _services(actor: Actor, lines: Sequence[watch.Line]) -> list[ServiceCalls]:
    known = {row.slug: row for row in Service.objects.filter(slug__in={line.service for line in lines})}
    seen = set(access.visible_services(actor).filter(slug__in=known).values_list("slug", flat=True))
    grants = _grants(actor, known)
    groups = [list(group) for _, group in groupby(sorted(lines, key=_service_of), key=_service_of)]
    return [
        ServiceCalls(
            slug=group[0].service,
            title=known[group[0].service].title if group[0].service in known else group[0].service,
            owner=group[0].owner,
            askers=[_calls_of(line, grants) for line in sorted(group, key=lambda line: -line.figures.calls)],
            may_open=group[0].service in seen,
        )
        for group in sorted(groups, key=lambda group: -sum(line.figures.calls for line in group))
    ]


def _service_of(line: watch.Line) -> tuple[str, str]:
    return line.owner, line.service


def _grants(actor: Actor, services: Mapping[str, Service]) -> dict[tuple[str, str], UUID]:
    rows = access.visible_grants(actor).filter(service__slug__in=services, state=GrantState.ACTIVE)
    found = rows.order_by("valid_from").values_list("organisation", "service__slug", "pk")
    return {(organisation, slug): pk for organisation, slug, pk in found}


def _calls_of(line: watch.Line, grants: Mapping[tuple[str, str], UUID]) -> CallsOf:
    reasons = sorted(((wording.reason(name), n) for name, n in line.told.items()), key=lambda one: (-one[1], one[0]))
    return CallsOf(
        consumer=line.consumer,
        figures=line.figures,
        p99=charts.rounded(line.figures.quantile_ms(0.99)),
        reasons=reasons[:_REASONS],
        more_reasons=max(0, len(reasons) - _REASONS),
        grant=grants.get((line.consumer, line.service)),
    )


def _moment(point: watch.Point, label: str) -> Moment:
    p50, p95, p99 = (charts.rounded(point.figures.quantile_ms(share)) for share in (0.5, 0.95, 0.99))
    return Moment(label, point.figures, p50, p95, p99)


def _choice(label: object, chosen: Chosen, **changes: str) -> Choice:
    ((name, value),) = changes.items()
    return Choice(label, chosen.address(**changes), getattr(chosen, name) == value)


def _title_of(actor: Actor, slug: str) -> str:
    row = access.visible_services(actor).filter(slug=slug).first() if slug else None
    return row.title if row else slug


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
