"""The page of an entry's versions, and what changed between any two."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from haihe.base.accounts.api import actor_of
from haihe.data.catalogue import queries
from haihe.data.catalogue.errors import ResourceNotFound
from haihe.data.catalogue.models import Resource, ResourceVersion
from haihe.data.catalogue.versions.diff import Diff, diff


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """All versions, newest first, and the two that are compared; `diff` is None where there is only one."""

    row: Resource
    versions: list[ResourceVersion]
    before: int
    after: int
    diff: Diff | None


@require_safe
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """Show the versions; `?before=1&after=3` chooses which two are compared, else the last two."""
    actor = actor_of(request)
    try:
        row = queries.resource_for(actor, code)
    except ResourceNotFound:
        raise Http404 from None
    rows = list(row.versions.order_by("-number"))
    numbers = [version.number for version in rows]
    after = _chosen(request.GET.get("after", ""), numbers, numbers[0] if numbers else 0)
    before = _chosen(request.GET.get("before", ""), numbers, after - 1)
    page = VersionsPage(row, rows, before, after, _diff(rows, before, after, queries.knows_inside(actor, row)))
    return render(request, "catalogue/versions/versions.html", {"page": page})


def _chosen(told: str, numbers: list[int], usual: int) -> int:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 6 and int(told) in numbers else usual


def _diff(rows: list[ResourceVersion], before: int, after: int, inside: bool) -> Diff | None:
    contents = {version.number: version.content for version in rows}
    if before not in contents or after not in contents:
        return None
    return diff(contents[before], contents[after], inside=inside)
