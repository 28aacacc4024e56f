"""Reads of harvesting; who may know of remote catalogues is decided here."""

from dataclasses import dataclass

from django.db.models import QuerySet

from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.data.catalogue import api as catalogue
from haihe.data.harvest.errors import NotFound
from haihe.data.harvest.models import Change, ExternalDataset, HarvestItem, HarvestRun, RemoteCatalogue
from haihe.data.harvest.workflow import CENTRE, MAY_RUN, OPEN_RUNS, SHOWN, Part


def knows_inside(actor: Actor) -> bool:
    """True for those who keep remote catalogues, and for auditors."""
    return bool(parts_of(actor)) or actor.has(Role.AUDITOR)


def parts_of(actor: Actor) -> frozenset[Part]:
    """Return the parts in which the actor may act on remote catalogues."""
    if actor is SYSTEM:
        return frozenset({Part.SYSTEM, Part.KEEPER})
    is_operator = actor.has(Role.OPERATOR)
    held = {
        Part.KEEPER: is_operator or actor.has(Role.STEWARD, CENTRE),
        Part.SECOND: is_operator or actor.has(Role.APPROVER, CENTRE),
    }
    return frozenset(part for part, is_held in held.items() if is_held)


def with_last_runs() -> list[tuple[RemoteCatalogue, HarvestRun | None]]:
    """Return all remote catalogues, each with its last run."""
    runs = HarvestRun.objects.order_by("catalogue_id", "-started_at").distinct("catalogue_id")
    last = {run.catalogue_id: run for run in runs}
    return [(row, last.get(row.pk)) for row in RemoteCatalogue.objects.order_by("direction", "title", "slug")]


def catalogue_for(actor: Actor, slug: str) -> RemoteCatalogue:
    """Raises: NotFound."""
    row = RemoteCatalogue.objects.filter(slug=slug).first()
    if row is None or not (knows_inside(actor) or actor is SYSTEM):
        raise NotFound(slug)
    return row


def runs_of(row: RemoteCatalogue) -> "QuerySet[HarvestRun]":
    return row.runs.order_by("-started_at")


def has_open_run(row: RemoteCatalogue) -> bool:
    return row.runs.filter(state__in=OPEN_RUNS).exists()


def can_go_on(run: HarvestRun) -> bool:
    """Tell whether what a run began with still holds: the catalogue may be run, and nothing was changed since."""
    row = run.catalogue
    return row.state in MAY_RUN[run.is_dry] and not row.events.filter(name="change", at__gt=run.started_at).exists()


def items_of(run: HarvestRun, change: str = "") -> "QuerySet[HarvestItem]":
    """Return what a run found, of one kind or all that isn't the same as before."""
    rows = run.items.exclude(change=Change.UNCHANGED)
    return rows.filter(change=change) if change else rows


def visible_external() -> "QuerySet[ExternalDataset]":
    """Return what everybody sees: what the other side still has, of catalogues that aren't retired."""
    rows = ExternalDataset.objects.filter(gone_at__isnull=True, catalogue__state__in=SHOWN)
    return rows.select_related("catalogue").defer("found", "ranked")


@dataclass(frozen=True, slots=True)
class ExternalFilters:
    """What the list is narrowed to; empty narrows nothing."""

    q: str = ""
    topic: str = ""
    owner: str = ""
    origin: str = ""


def find_external(filters: ExternalFilters) -> "QuerySet[ExternalDataset]":
    """Return external datasets that match what was typed, the best or the newest first."""
    told = {"topic": filters.topic, "owner": filters.owner, "catalogue__slug": filters.origin}
    rows = visible_external().filter(**{name: value for name, value in told.items() if value})
    matched, _loosely = catalogue.closest(rows, filters.q)
    return matched if filters.q else matched.order_by("-changed_at", "code")


def external_dataset(pk: str) -> ExternalDataset:
    """Raises: NotFound."""
    row = visible_external().filter(pk=pk).first()
    if row is None:
        raise NotFound(pk)
    return row
