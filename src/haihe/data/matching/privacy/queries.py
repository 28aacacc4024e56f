"""Reads of what left: exports of one's department, and figures that anybody may read."""

from django.db.models import QuerySet

from haihe.base.accounts.api import Actor
from haihe.data.matching.errors import NotFound
from haihe.data.matching.models import MatchModel
from haihe.data.matching.privacy.models import PublicFigures, ResultExport
from haihe.data.matching.queries import run_for, visible_runs


def exports_of(actor: Actor, number: str) -> QuerySet[ResultExport]:
    """Return the exports of a run that this actor may know of. Raises: NotFound."""
    return ResultExport.objects.filter(run=run_for(actor, number))


def export_for(actor: Actor, number: str) -> ResultExport:
    """Raises: NotFound."""
    rows = ResultExport.objects.select_related("run__version__model").filter(run__in=visible_runs(actor))
    row = rows.filter(number=number).first()
    if row is None:
        raise NotFound
    return row


def published() -> QuerySet[PublicFigures]:
    """Return the newest figures of each model, for everybody."""
    newest = PublicFigures.objects.filter(model__isnull=False).order_by("model_id", "-published_at")
    rows = PublicFigures.objects.filter(pk__in=newest.distinct("model_id").values("pk"))
    return rows.select_related("model", "run__version").order_by("-published_at")


def published_of(number: str) -> tuple[MatchModel, list[PublicFigures]]:
    """Return a model with all its figures, the newest first. Raises: NotFound where none were made public."""
    rows = list(PublicFigures.objects.select_related("model", "run__version").filter(model__number=number))
    if not rows or rows[0].model is None:
        raise NotFound
    return rows[0].model, rows
