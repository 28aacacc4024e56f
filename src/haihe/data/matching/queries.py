"""Reads. A model and its runs belong to the department that compares: its stewards and approvers, and the auditor."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Model, QuerySet

from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.data.matching import places
from haihe.data.matching.definition import Definition, ModelRefused, read_definition
from haihe.data.matching.errors import NotFound
from haihe.data.matching.models import MatchModel, MatchModelVersion, MatchRun
from haihe.data.matching.results import ResultRow, read_page
from haihe.data.matching.workflow import Part, VersionState

_OFFICE = (Role.STEWARD, Role.APPROVER)


def sees_all(actor: Actor) -> bool:
    """True for who oversees: models and counts of everybody; results only of one's own department."""
    return actor is SYSTEM or actor.has(Role.AUDITOR) or actor.has(Role.OPERATOR)


def visible_models(actor: Actor) -> QuerySet[MatchModel]:
    rows = MatchModel.objects.all()
    return rows if sees_all(actor) else rows.filter(organisation__in=actor.organisations(*_OFFICE))


def visible_runs(actor: Actor) -> QuerySet[MatchRun]:
    rows = MatchRun.objects.select_related("version__model")
    return rows if sees_all(actor) else rows.filter(organisation__in=actor.organisations(*_OFFICE))


def model_for(actor: Actor, number: str) -> MatchModel:
    """Raises: NotFound."""
    return _one(visible_models(actor).filter(number=number))


def version_for(actor: Actor, version_id: UUID) -> MatchModelVersion:
    """Raises: NotFound."""
    rows = MatchModelVersion.objects.select_related("model").filter(model__in=visible_models(actor))
    return _one(rows.filter(pk=version_id))


def run_for(actor: Actor, number: str) -> MatchRun:
    """Raises: NotFound."""
    return _one(visible_runs(actor).filter(number=number))


def confirmed_version(model: MatchModel) -> MatchModelVersion | None:
    return model.versions.filter(state=VersionState.CONFIRMED).first()


def may_read_result(actor: Actor, run: MatchRun) -> bool:
    """True for the department that compared: who oversees sees counts, not persons."""
    return bool(actor.organisations(*_OFFICE) & {run.organisation})


def gives_leads(run: MatchRun) -> bool:
    """True if the model says what is to be done about its matches."""
    try:
        return read_definition(run.version.text).leads is not None
    except ModelRefused:
        return False


def result_rows(run: MatchRun, model: Definition, *, first: int, count: int) -> list[ResultRow]:
    """Return rows of a run's result, numbered from 1; what is sealed in them stays so."""
    return read_page(places.result_folder(run), model, first=first, count=count)


def newest_versions(models: Collection[MatchModel]) -> dict[UUID, MatchModelVersion]:
    """Return the newest version of each model by the model's key."""
    rows = MatchModelVersion.objects.filter(model__in=models).order_by("model_id", "-number").distinct("model_id")
    return {row.model_id: row for row in rows}


def newest_runs(models: Collection[MatchModel]) -> dict[UUID, MatchRun]:
    """Return the newest run of each model by the model's key."""
    rows = MatchRun.objects.select_related("version").filter(version__model__in=models)
    return {
        row.version.model_id: row
        for row in rows.order_by("version__model_id", "-queued_at").distinct("version__model_id")
    }


def parts_in(actor: Actor, organisation: str) -> frozenset[Part]:
    """Return in which parts this actor may act for the department."""
    if actor is SYSTEM:
        return frozenset({Part.SYSTEM})
    held = {Part.STEWARD: Role.STEWARD, Part.APPROVER: Role.APPROVER}
    return frozenset(part for part, role in held.items() if actor.has(role, organisation))


def _one[M: Model](rows: QuerySet[M]) -> M:
    row = rows.first()
    if row is None:
        raise NotFound
    return row
