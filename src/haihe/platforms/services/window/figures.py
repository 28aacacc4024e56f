"""Figures of halls and of papers asked for needlessly: public ones without persons, the supervisors' with reasons."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from haihe.base.accounts.api import Actor, Role
from haihe.platforms.services.items.api import names_in_force
from haihe.platforms.services.window.models import Hall, PaperFlag, QueueTicket
from haihe.platforms.services.window.workflow import TicketState

DAYS = 30
_MOST_ROWS = 50


@dataclass(frozen=True, slots=True)
class HallFigures:
    """A hall over some days: visits, minutes waited (the middle), how many waited too long, papers asked needlessly."""

    hall: Hall
    visits: int
    waited_min: int | None
    late: int
    missed: int
    flags: int
    insisted: int

    @property
    def on_time_percent(self) -> int | None:
        return round(100 * (self.visits - self.late) / self.visits) if self.visits else None


@dataclass(frozen=True, slots=True)
class FlagRow:
    """Needless papers of a department, or of one of its items."""

    authority: str
    item: str
    paper: str
    flags: int
    insisted: int


@dataclass(frozen=True, slots=True)
class PapersPage:
    """What the supervisor, or a department about its own items, sees of papers asked for needlessly."""

    since: date
    flags: int
    insisted: int
    by_department: list[FlagRow]
    by_item: list[FlagRow]
    reasons: list[PaperFlag]


def hall_figures(*, now: datetime) -> list[HallFigures]:
    """Return the public figures of every hall over thirty days."""
    since = _since(now)
    flags = {
        row["hall"]: (row["n"], row["insisted"])
        for row in _flags(since).values("hall").annotate(n=Count("id"), insisted=_insisted()).order_by()
    }
    seen = QueueTicket.objects.filter(taken_at__gte=since).order_by()
    missed = dict(seen.filter(state=TicketState.NO_SHOW).values_list("hall").annotate(n=Count("id")))
    waits: dict[int, list[float]] = {}
    done = seen.filter(state=TicketState.FINISHED, started_at__isnull=False)
    for hall, waited in done.annotate(waited=F("started_at") - F("taken_at")).values_list("hall", "waited"):
        waits.setdefault(hall, []).append(waited.total_seconds() / 60)
    return [
        HallFigures(
            hall=hall,
            visits=len(waits.get(hall.pk, ())),
            waited_min=round(median(waits[hall.pk])) if waits.get(hall.pk) else None,
            late=sum(minutes > hall.wait_limit_min for minutes in waits.get(hall.pk, ())),
            missed=missed.get(hall.pk, 0),
            flags=flags.get(hall.pk, (0, 0))[0],
            insisted=flags.get(hall.pk, (0, 0))[1],
        )
        for hall in Hall.objects.filter(is_open=True)
    ]


def papers_page(actor: Actor, *, now: datetime) -> PapersPage:
    """Gather what this person may see: a hall's supervisor its halls, a department its items, the data centre all."""
    since, today = _since(now), timezone.localdate(now)
    rows = _seen_by(actor, _flags(since))
    totals = rows.aggregate(n=Count("id"), insisted=_insisted())
    departments = rows.values("authority").annotate(n=Count("id"), insisted=_insisted()).order_by("-n", "authority")
    of_departments = [FlagRow(row["authority"], "", "", row["n"], row["insisted"]) for row in departments[:_MOST_ROWS]]
    items = (
        rows.values("authority", "item_slug", "paper_name")
        .annotate(n=Count("id"), insisted=_insisted())
        .order_by("-n", "item_slug", "paper_name")
    )
    of_items = list(items[:_MOST_ROWS])
    names = names_in_force({row["item_slug"] for row in of_items}, on=today)
    return PapersPage(
        since=timezone.localdate(since),
        flags=totals["n"],
        insisted=totals["insisted"],
        by_department=of_departments,
        by_item=[
            FlagRow(
                row["authority"],
                str(names.get(row["item_slug"], row["item_slug"])),
                row["paper_name"],
                row["n"],
                row["insisted"],
            )
            for row in of_items
        ],
        reasons=list(rows.filter(insisted_at__isnull=False).select_related("hall")[:_MOST_ROWS]),
    )


def _seen_by(actor: Actor, rows: "QuerySet[PaperFlag]") -> "QuerySet[PaperFlag]":
    if actor.has(Role.OPERATOR):
        return rows
    heads = actor.organisations(Role.APPROVER, Role.STEWARD)
    return rows.filter(Q(hall__organisation__in=heads) | Q(authority__in=heads))


def _flags(since: datetime) -> "QuerySet[PaperFlag]":
    return PaperFlag.objects.filter(at__gte=since)


def _insisted() -> Count:
    return Count("id", filter=Q(insisted_at__isnull=False))


def _since(now: datetime) -> datetime:
    first = timezone.localdate(now) - timedelta(days=DAYS)
    return timezone.make_aware(datetime.combine(first, time()))
