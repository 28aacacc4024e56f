"""What publication and retirement bring with them: a version for good, and word to all (art. 16)."""

from datetime import datetime

from haihe.base.accounts.api import SYSTEM, Actor
from haihe.data.catalogue import events
from haihe.data.catalogue.contents import published_content
from haihe.data.catalogue.models import Resource, ResourceVersion, Revision
from haihe.data.catalogue.operations.recording import record
from haihe.data.catalogue.records import new_resource
from haihe.data.catalogue.workflow import OPEN_REVISIONS, REVISION, Part


def published(row: Resource, *, now: datetime, cause: str = "", words: str = "") -> ResourceVersion:
    """Keep what the entry says as its next version, and announce it."""
    version = _keep(row, now=now, cause=cause, words=words)
    events.announce_published(row, version.number)
    return version


def keep_what_stands(row: Resource) -> None:
    """Keep as version 1 what was published before there were versions."""
    if row.published_at is not None and not row.versions.exists():
        _keep(row, now=row.published_at)


def retired(row: Resource, actor: Actor, *, words: str, now: datetime) -> None:
    """End an open update with its entry, and announce that the entry is no longer offered."""
    for revision in row.revisions.select_for_update().filter(state__in=OPEN_REVISIONS):
        lapse(row, revision, now=now)
    events.announce_retired(row, words)


def lapse(row: Resource, revision: Revision, *, now: datetime) -> None:
    """End an update whose entry is gone; the caller holds both locks."""
    move = REVISION.move(revision.state, "lapse")
    source, revision.state, revision.due_on, revision.updated_at = revision.state, move.target, None, now
    revision.save()
    record(
        row,
        SYSTEM,
        name="revision_lapse",
        source=source,
        target=revision.state,
        part=Part.SYSTEM,
        clause=move.clause,
        now=now,
        facts={"revision": revision.number},
    )


def _keep(row: Resource, *, now: datetime, cause: str = "", words: str = "") -> ResourceVersion:
    # Afresh: what the caller holds may have been read with children of before.
    entry = new_resource(Resource.objects.get(pk=row.pk))
    last = row.versions.order_by("-number").values_list("number", flat=True).first() or 0
    return ResourceVersion.objects.create(
        resource=row, number=last + 1, content=published_content(entry), at=now, cause=cause, words=words
    )
