"""Reads of participation; who may know of what is decided here and nowhere else."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.data.catalogue import api as catalogue
from haihe.data.participation.errors import NotFound
from haihe.data.participation.models import (
    AbuseReport,
    Association,
    BrokenReport,
    Bundle,
    DataRequest,
    PlanEntry,
    Post,
    RequestFeedback,
    RequestVote,
    Reuse,
    Subject,
    Thread,
    Verdict,
    Vouching,
)
from haihe.data.participation.workflow import (
    OPEN_PLAN,
    REQUESTS_FOR_ALL,
    REUSES_FOR_ALL,
    RUNNING_REQUESTS,
    TO_FORWARD,
    UNANSWERED,
    BundleState,
    RequestState,
    ReuseState,
)

SIMILAR: Final = 5
_SEARCHES: Final = ("found", "ranked")


@dataclass(frozen=True, slots=True)
class RequestFilters:
    """What the list of requests is narrowed to; empty narrows nothing. `show`: "late", "mine" or empty."""

    q: str = ""
    state: str = ""
    owner: str = ""
    show: str = ""
    order: str = ""


def _sees_all(actor: Actor) -> bool:
    return actor is SYSTEM or actor.has(Role.OPERATOR) or actor.has(Role.AUDITOR)


def visible_requests(actor: Actor) -> "QuerySet[DataRequest]":
    """Return the requests this actor may read: those let through, one's own, and all for the data centre."""
    rows = DataRequest.objects.defer(*_SEARCHES)
    if _sees_all(actor):
        return rows
    mine = Q(requester=actor.user_id) if actor.user_id else Q()
    return rows.filter(Q(state__in=REQUESTS_FOR_ALL) | mine)


def request_for(actor: Actor, number: str) -> DataRequest:
    """Raises: NotFound, for one that doesn't exist and for one not let through alike."""
    row = visible_requests(actor).select_related("plan").filter(number=number).first()
    if row is None:
        raise NotFound(number)
    return row


def find_requests(actor: Actor, filters: RequestFilters, *, today: date) -> "QuerySet[DataRequest]":
    """Return requests as narrowed and ordered: newest first, or with the most votes first."""
    rows = visible_requests(actor)
    if filters.q:
        rows, _loosely = catalogue.closest(rows.alias(code=F("number")), filters.q)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.owner:
        rows = rows.filter(owner=filters.owner)
    if filters.show == "late":
        rows = rows.filter(state__in=RUNNING_REQUESTS, due_on__lt=today)
    if filters.show == "mine" and actor.user_id:
        rows = rows.filter(Q(requester=actor.user_id) | Q(voters__voter=actor.user_id)).distinct()
    if filters.order == "votes":
        return rows.order_by("-votes", "-submitted_at", "number")
    return rows if filters.q and filters.show != "mine" else rows.order_by("-submitted_at", "number")


def similar_requests(text: str) -> list[DataRequest]:
    """Return public requests that say something like it, the closest first."""
    if not text:
        return []
    rows = DataRequest.objects.filter(state__in=REQUESTS_FOR_ALL).defer(*_SEARCHES)
    return list(catalogue.closest(rows.alias(code=F("number")), text)[0][:SIMILAR])


def request_counts() -> dict[str, int]:
    """Return how many public requests stand in each state."""
    rows = DataRequest.objects.filter(state__in=REQUESTS_FOR_ALL).order_by()
    return dict(rows.values_list("state").annotate(n=Count("pk")))


def late_requests(today: date) -> int:
    return DataRequest.objects.filter(state__in=UNANSWERED, due_on__lt=today).count()


def has_voted(actor: Actor, row: DataRequest) -> bool:
    return actor.user_id is not None and RequestVote.objects.filter(request=row, voter=actor.user_id).exists()


def wanted_it(actor: Actor, row: DataRequest) -> bool:
    """Whether the actor asked for it, or said that they want it too."""
    return actor.user_id is not None and (row.requester == actor.user_id or has_voted(actor, row))


def feedback_on(row: DataRequest) -> tuple[list[RequestFeedback], int, int]:
    """Return the newest feedback, how many gave any, and how many were helped."""
    counts = row.feedback.aggregate(said=Count("pk"), helped=Count("pk", filter=Q(helped=True)))
    return list(row.feedback.all()[:50]), counts["said"], counts["helped"]


def answering_rows(actor: Actor) -> "QuerySet[DataRequest]":
    """Return the requests that wait for an answer of the actor's departments, the most urgent first."""
    mine = actor.organisations(Role.STEWARD, Role.APPROVER)
    rows = DataRequest.objects.filter(state=RequestState.FORWARDED, owner__in=mine).defer(*_SEARCHES)
    return rows.order_by(F("due_on").asc(nulls_last=True), "number")


def requests_to_moderate() -> "QuerySet[DataRequest]":
    return DataRequest.objects.filter(state__in=TO_FORWARD).defer(*_SEARCHES).order_by("submitted_at")


# ---- the plan


@dataclass(frozen=True, slots=True)
class PlanFilters:
    """What the plan is narrowed to; `year` 0: this year."""

    year: int = 0
    owner: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """How the plan goes. Due: published, or promised for a day that passed; kept: published by the day promised."""

    total: int = 0
    published: int = 0
    due: int = 0
    kept: int = 0
    postponed: int = 0
    dropped: int = 0

    @property
    def set_back(self) -> int:
        """How many were postponed or dropped."""
        return self.postponed + self.dropped

    @property
    def share(self) -> int | None:
        """Per cent on time; None where nothing was due."""
        return round(100 * self.kept / self.due) if self.due else None


def plan_entries(filters: PlanFilters) -> "QuerySet[PlanEntry]":
    rows = PlanEntry.objects.filter(year=filters.year).annotate(wishes=Count("requests"))
    rows = rows.order_by("due_on", "owner", "title")
    rows = rows.filter(owner=filters.owner) if filters.owner else rows
    return rows.filter(state=filters.state) if filters.state else rows


def plan_years() -> list[int]:
    return list(PlanEntry.objects.order_by("-year").values_list("year", flat=True).distinct())


def plan_figures(year: int, today: date) -> dict[str, PlanFigures]:
    """Return the figures of each department, and of all under ""."""
    published = Q(state="PUBLISHED")
    is_due = published | Q(promised_on__lt=today)
    told = {
        "total": Count("pk"),
        "published": Count("pk", filter=published),
        "due": Count("pk", filter=is_due),
        "kept": Count("pk", filter=published & Q(published_on__lte=F("promised_on"))),
        "postponed": Count("pk", filter=Q(state="POSTPONED")),
        "dropped": Count("pk", filter=Q(state="DROPPED")),
    }
    rows = PlanEntry.objects.filter(year=year).order_by("owner")
    names, by_owner = ("owner", *told), rows.values("owner").annotate(**told)
    found = {str(owner): PlanFigures(*counts) for owner, *counts in by_owner.values_list(*names)}
    return {"": PlanFigures(**rows.aggregate(**told))} | found


def plan_entry(pk: uuid.UUID) -> PlanEntry:
    """Raises: NotFound."""
    row = PlanEntry.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound(str(pk))
    return row


def plan_of_mine(actor: Actor) -> "QuerySet[PlanEntry]":
    mine = actor.organisations(Role.STEWARD, Role.APPROVER)
    return PlanEntry.objects.filter(owner__in=mine, state__in=OPEN_PLAN)


# ---- associations


def associations() -> "QuerySet[Association]":
    return (
        Association.objects.filter(is_active=True)
        .annotate(
            bundles_count=Count("bundles", distinct=True),
            vouched_count=Count("vouchings", filter=Q(vouchings__ended_at=None), distinct=True),
            members_count=Count("members", filter=Q(members__left_at=None), distinct=True),
        )
        .order_by("code")
    )


def association_name(code: str) -> str:
    """Return the name in the reader's language; the code itself where none has it."""
    row = Association.objects.filter(code=code).first()
    return row.local_name if row else code


def is_association(code: str) -> bool:
    return Association.objects.filter(code=code, is_active=True).exists()


def association(code: str) -> Association:
    """Raises: NotFound."""
    row = associations().filter(code=code).first()
    if row is None:
        raise NotFound(code)
    return row


def bundles_of(row: Association) -> "QuerySet[Bundle]":
    return row.bundles.prefetch_related("requests")


def bundle_called(number: str) -> Bundle:
    """Raises: NotFound."""
    row = Bundle.objects.select_related("association").filter(number=number).first()
    if row is None:
        raise NotFound(number)
    return row


def bundles_with(row: DataRequest) -> list[Bundle]:
    return list(row.bundles.select_related("association").order_by("created_at"))


def requests_to_bundle() -> "QuerySet[DataRequest]":
    """Return what an association may take up: wishes that wait for an answer, the most wanted first."""
    rows = DataRequest.objects.filter(state=RequestState.FORWARDED).defer(*_SEARCHES)
    return rows.order_by("-votes", "number")


def bundles_to_confirm(codes: Iterable[str]) -> "QuerySet[Bundle]":
    return Bundle.objects.filter(association__in=codes, state=BundleState.ANSWERED)


# ---- reuses


def visible_reuses(actor: Actor) -> "QuerySet[Reuse]":
    """Return the reuses this actor may see: on show, one's own, and all for the data centre."""
    rows = Reuse.objects.annotate(
        vouched=Count("vouchings", filter=Q(vouchings__ended_at=None)), has_picture=Exists(_PICTURES)
    ).order_by("-submitted_at", "title")
    if _sees_all(actor):
        return rows
    mine = Q(author=actor.user_id) if actor.user_id else Q()
    return rows.filter(Q(state__in=REUSES_FOR_ALL) | mine)


_PICTURES: Final = Reuse.objects.filter(pk=OuterRef("pk"), picture__isnull=False)


def shown_reuses(*, kind: str = "", dataset: str = "", vouched: bool = False) -> "QuerySet[Reuse]":
    """Return what is on show to everybody, what is vouched for first, then the newest."""
    rows = visible_reuses(SYSTEM).filter(state__in=REUSES_FOR_ALL)
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(datasets__contains=[dataset]) if dataset else rows
    rows = rows.filter(Exists(Vouching.objects.filter(reuse=OuterRef("pk"), ended_at=None))) if vouched else rows
    return rows.order_by(F("vouched").desc(), "-published_at", "title")


def is_reused(dataset: str) -> bool:
    """Tell cheaply whether anything was ever shown of a dataset: of most, nothing was."""
    return Reuse.objects.filter(datasets__contains=[dataset]).exists()


def reuse_for(actor: Actor, pk: uuid.UUID) -> Reuse:
    """Raises: NotFound."""
    row = visible_reuses(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound(str(pk))
    return row


def reuses_of(actor: Actor) -> "QuerySet[Reuse]":
    return visible_reuses(actor).filter(author=actor.user_id) if actor.user_id else Reuse.objects.none()


def reuses_to_moderate() -> "QuerySet[Reuse]":
    return Reuse.objects.filter(state=ReuseState.SUBMITTED).order_by("submitted_at")


def broken_reports() -> "QuerySet[BrokenReport]":
    """Return the open reports of reuses that are on show, the oldest first."""
    rows = BrokenReport.objects.filter(closed_at=None, reuse__state__in=REUSES_FOR_ALL)
    return rows.select_related("reuse").order_by("at")


# ---- discussions


def threads(subject: str = "", about: str = "") -> "QuerySet[Thread]":
    """Return discussions, those that were written in last first; of one subject where it is given.

    What a hidden first contribution began isn't listed.
    """
    rows = Thread.objects.exclude(Exists(_HIDDEN_FIRST))
    return rows.filter(subject=subject, about=about) if subject else rows


_HIDDEN_FIRST: Final = Post.objects.filter(thread=OuterRef("pk"), hidden_at__isnull=False, at=OuterRef("started_at"))


def thread(pk: uuid.UUID) -> Thread:
    """Raises: NotFound."""
    row = Thread.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound(str(pk))
    return row


def is_question_hidden(row: Thread) -> bool:
    """Tell whether the contribution that began it is hidden; its title belongs to it."""
    return row.posts.filter(hidden_at__isnull=False, at=row.started_at).exists()


def unanswered_threads(actor: Actor) -> "QuerySet[Thread]":
    """Return the discussions that wait for a first word of the actor's departments, the oldest first."""
    mine = actor.organisations(Role.STEWARD, Role.APPROVER)
    rows = threads().filter(owner__in=mine, answered_at=None, state="OPEN")
    return rows.order_by("started_at", "pk")


def abuse_reports() -> "QuerySet[AbuseReport]":
    rows = AbuseReport.objects.filter(verdict=Verdict.WAITING, post__hidden_at=None)
    return rows.select_related("post__thread").order_by("at")


def is_discussed(dataset: str) -> bool:
    """Tell cheaply whether anything was ever asked about a dataset: about most, nothing was."""
    return Thread.objects.filter(subject=Subject.DATASET, about=dataset).exists()


def threads_about_dataset(slug: str) -> "QuerySet[Thread]":
    return threads(Subject.DATASET, slug)
