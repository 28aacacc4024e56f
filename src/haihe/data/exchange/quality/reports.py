"""What the run's and the feeds' pages ask of reports."""

from django.db.models import QuerySet

from haihe.data.exchange.models import FeedRun, RunState
from haihe.data.exchange.quality.models import QualityReport, RejectReturn


def has_report(run: FeedRun) -> bool:
    """True if the run's quality was looked at: not for runs from before there were reports."""
    return QualityReport.objects.filter(pk=run.pk).exists()


def return_of(run: FeedRun) -> RejectReturn | None:
    """Return what was sent back of a run's rejects."""
    return RejectReturn.objects.filter(run=run).first()


def held_among(runs: QuerySet[FeedRun]) -> list[FeedRun]:
    """Return those of the runs that wait for a decision, oldest first."""
    return list(runs.filter(state=RunState.HELD).order_by("received_at"))
