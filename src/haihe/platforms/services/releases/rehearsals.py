"""Rehearsals: what is rehearsed, and the report that is kept of it."""

from datetime import datetime

import msgspec
from django.utils import timezone

from haihe.kernel.rehearsal_report import Rehearsal
from haihe.kernel.result_release import Content
from haihe.platforms.services.releases.errors import NotFound
from haihe.platforms.services.releases.models import RehearsalReport, ResultRelease


def release_to_rehearse(slug: str) -> tuple[Content, int]:
    """Return what a release says, without anybody's result, and how many a second it lets through. Raises: NotFound."""
    row = _release(slug)
    return row.told, row.capacity_per_s


def keep_rehearsal(slug: str, report: Rehearsal, *, now: datetime | None = None) -> None:
    """Keep a report at its release, whatever it says. Raises: NotFound."""
    RehearsalReport.objects.create(release=_release(slug), at=now or timezone.now(), report=msgspec.to_builtins(report))


def last_rehearsal(release: ResultRelease) -> RehearsalReport | None:
    return release.rehearsals.first()


def _release(slug: str) -> ResultRelease:
    row = ResultRelease.objects.filter(slug=slug).first()
    if row is None:
        raise NotFound(f"there is no release {slug}")
    return row
