"""How papers stand: judged anew at each look from the catalogue, services, requests and grants of the moment."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from haihe.data.catalogue import api as catalogue
from haihe.data.sharing.models import Grant, Service, SharingRequest
from haihe.data.sharing.workflow import OPEN_REQUESTS, GrantState


class Standing(TextChoices):
    """How a paper stands."""

    GRANTED = "GRANTED", _("不用再交")
    OWN = "OWN", _("不用再交，本单位掌握")
    REQUESTED = "REQUESTED", _("已申请，办理中")
    PROVABLE = "PROVABLE", _("能证明，还没申请")
    NOT_YET = "NOT_YET", _("还不能用数据证明")
    SHOWN = "SHOWN", _("只需出示")


class Gap(TextChoices):
    """Why data can't prove a paper yet."""

    NO_RESOURCE = "NO_RESOURCE", _("还没有确认由哪项数据证明")
    NOT_PUBLISHED = "NOT_PUBLISHED", _("资源还没有发布")
    NOT_SHARED = "NOT_SHARED", _("资源不予共享")
    NO_SERVICE = "NO_SERVICE", _("还没有能回答它的服务")
    SUSPENDED = "SUSPENDED", _("授权已暂停")


SPARED: Final = frozenset({Standing.GRANTED, Standing.OWN})
"""Nobody hands these in any more."""

_COMING: Final = (GrantState.PREPARING, GrantState.RECEIVING)
"""Agreed, and not in force before it is delivered and received."""


@dataclass(frozen=True, slots=True)
class PaperStanding:
    """One paper. `entry` is the resource that proves it, `questions` what is asked of it in words."""

    paper: catalogue.PaperEntry
    standing: Standing
    gap: Gap | None = None
    entry: catalogue.ResourceEntry | None = None
    service_title: str = ""
    questions: tuple[str, ...] = ()
    grant_id: UUID | None = None
    request_id: UUID | None = None
    request_number: str = ""

    @property
    def is_spared(self) -> bool:
        return self.standing in SPARED


@dataclass(frozen=True, slots=True)
class ItemStanding:
    """One item. Papers that are only shown don't count: they were never handed in."""

    needs: catalogue.NeedsEntry
    papers: tuple[PaperStanding, ...]

    def count(self, *standings: Standing) -> int:
        return sum(paper.standing in standings for paper in self.papers)

    @property
    def spared(self) -> int:
        return self.count(*SPARED)

    @property
    def whole(self) -> int:
        return len(self.papers) - self.count(Standing.SHOWN)

    @property
    def remaining(self) -> int:
        return self.whole - self.spared


@dataclass(frozen=True, slots=True)
class SparedPapers:
    """Of all items: how many papers they would ask for, how many of them nobody hands in, and by department."""

    items: int
    whole: int
    spared: int
    by_department: tuple[tuple[str, int, int], ...]
    """Code of the department, papers spared, papers in all; the most spared first."""


@dataclass(frozen=True, slots=True)
class _Known:
    """All that the judgement needs, read at once."""

    entries: dict[str, catalogue.ResourceEntry]
    services: dict[str, Service]
    grants: dict[tuple[str, str, str], list[Grant]]
    requests: dict[tuple[str, str, str], list[SharingRequest]]


def standings(needs: Iterable[catalogue.NeedsEntry], *, now: datetime) -> list[ItemStanding]:
    """Judge the papers of these items; four queries whatever their number."""
    needs = list(needs)
    known = _known(needs)
    return [ItemStanding(item, tuple(_judge(item, paper, known, now) for paper in item.papers)) for item in needs]


def spared_papers(*, now: datetime) -> SparedPapers:
    """Count the papers that nobody needs to hand in any more. Public knowledge: no person, no request."""
    return counted(standings(catalogue.needs_entries(), now=now))


def counted(items: list[ItemStanding]) -> SparedPapers:
    spared, whole = Counter[str](), Counter[str]()
    for item in items:
        spared[item.needs.organisation] += item.spared
        whole[item.needs.organisation] += item.whole
    ranked = sorted(whole, key=lambda code: (-spared[code], code))
    return SparedPapers(
        items=len(items),
        whole=whole.total(),
        spared=spared.total(),
        by_department=tuple((code, spared[code], whole[code]) for code in ranked),
    )


def _known(needs: list[catalogue.NeedsEntry]) -> _Known:
    papers = [paper for item in needs for paper in item.papers]
    slugs, items = {paper.service for paper in papers} - {""}, [item.code for item in needs]
    grants = defaultdict[tuple[str, str, str], list[Grant]](list)
    held = (*_COMING, GrantState.ACTIVE, GrantState.SUSPENDED)
    for grant in Grant.objects.select_related("service").filter(item__in=items, state__in=held):
        grants[grant.organisation, grant.service.slug, grant.item].append(grant)
    requests = defaultdict[tuple[str, str, str], list[SharingRequest]](list)
    for row in SharingRequest.objects.select_related("service").filter(item__in=items, state__in=OPEN_REQUESTS):
        requests[row.applicant, row.service.slug, row.item].append(row)
    return _Known(
        entries=catalogue.resources_named({paper.resource for paper in papers} - {""}),
        services={service.slug: service for service in Service.objects.filter(slug__in=slugs)},
        grants=grants,
        requests=requests,
    )


def _judge(item: catalogue.NeedsEntry, paper: catalogue.PaperEntry, known: _Known, now: datetime) -> PaperStanding:
    if paper.is_shown_only:
        return PaperStanding(paper, Standing.SHOWN)
    entry = known.entries.get(paper.resource)
    if entry is not None and entry.owner == item.organisation:
        return PaperStanding(paper, Standing.OWN, entry=entry)
    service = known.services.get(paper.service)
    if gap := _gap(paper, entry, service):
        return PaperStanding(paper, Standing.NOT_YET, gap, entry)
    assert service is not None  # noqa: S101 - else there is a gap
    questions = tuple(service.title_of(name) for name in paper.scope)
    proved = PaperStanding(paper, Standing.PROVABLE, None, entry, service.title, questions)
    return _asked(proved, (item.organisation, paper.service, item.code), known, now)


def _asked(proved: PaperStanding, key: tuple[str, str, str], known: _Known, now: datetime) -> PaperStanding:
    """Return how far the department is with what data proves: granted, requested, suspended, or not asked."""
    scope = set(proved.paper.scope)
    covering = [grant for grant in known.grants.get(key, ()) if scope <= set(grant.scope)]
    if grant := next((grant for grant in covering if grant.in_force(now)), None):
        return replace(proved, standing=Standing.GRANTED, grant_id=grant.id)
    if grant := next((grant for grant in covering if grant.state in _COMING), None):
        return replace(proved, standing=Standing.REQUESTED, grant_id=grant.id)
    if row := next((row for row in known.requests.get(key, ()) if scope <= set(row.scope)), None):
        return replace(proved, standing=Standing.REQUESTED, request_id=row.id, request_number=row.number)
    if grant := next((grant for grant in covering if grant.state == GrantState.SUSPENDED), None):
        return replace(proved, standing=Standing.NOT_YET, gap=Gap.SUSPENDED, grant_id=grant.id)
    return proved


def _gap(paper: catalogue.PaperEntry, entry: catalogue.ResourceEntry | None, service: Service | None) -> Gap | None:
    if entry is None:
        return Gap.NO_RESOURCE
    if entry.state != "PUBLISHED":
        return Gap.NOT_PUBLISHED
    if entry.sharing_type == catalogue.SharingType.REFUSED:
        return Gap.NOT_SHARED
    if service is None or not service.enabled or not set(paper.scope) <= set(service.scope):
        return Gap.NO_SERVICE
    return None
