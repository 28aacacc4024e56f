"""Reads. A source is its owner's stewards' and approvers' to see, and the operators'; its stewards' alone to change."""

from uuid import UUID

from django.db.models import QuerySet

from haihe.base.accounts.api import SYSTEM, Actor, NotPermitted, Role, require
from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.sources.models import Source, SourceRun


def visible_sources(actor: Actor) -> QuerySet[Source]:
    """Return the sources this actor may know of; others don't exist for them."""
    if actor is SYSTEM or actor.has(Role.OPERATOR):
        return Source.objects.all()
    return Source.objects.filter(owner__in=actor.organisations(Role.STEWARD, Role.APPROVER))


def visible_source_runs(actor: Actor) -> QuerySet[SourceRun]:
    return SourceRun.objects.filter(source__in=visible_sources(actor)).select_related("source")


def kept_source(actor: Actor, source_id: UUID) -> Source:
    """Return a source that this actor may change. Raises: NotPermitted."""
    source = visible_sources(actor).filter(pk=source_id).first()
    if source is None:
        raise NotPermitted("no such source")
    require(actor, Role.STEWARD, organisation=source.owner)
    return source


def may_change(actor: Actor, source: Source) -> bool:
    return actor.has(Role.STEWARD, source.owner)


def was_checked(run: SourceRun) -> bool:
    """True if the exchange has a run for what was fetched."""
    return run.feed_run is not None and FeedRun.objects.filter(pk=run.feed_run).exists()


def newest_run(source: Source) -> SourceRun | None:
    return source.runs.order_by("-asked_at", "-id").first()
