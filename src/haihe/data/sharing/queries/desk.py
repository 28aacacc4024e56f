"""What waits for somebody, and what their department holds; the rules of sight are those of `access`."""

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from haihe.base.accounts.api import Actor, Role
from haihe.data.sharing.models import (
    Correction,
    Disposal,
    Dispute,
    Grant,
    OpeningApplication,
    ServiceStop,
    SharingEvent,
    SharingRequest,
)
from haihe.data.sharing.models.grant import IN_FORCE
from haihe.data.sharing.queries.access import (
    visible_corrections,
    visible_disputes,
    visible_grants,
    visible_requests,
    visible_stops,
)
from haihe.data.sharing.queries.opening import visible_applications
from haihe.data.sharing.workflow import OPEN_CORRECTIONS, GrantState, Part, RequestState
from haihe.data.sharing.workflow_closing import DisposalState, DisputeState, StopState
from haihe.data.sharing.workflow_opening import TO_ANSWER, OpeningState


def waiting_requests(actor: Actor) -> QuerySet[SharingRequest]:
    """Return the requests that this actor's desk has to move next, the most urgent first."""
    steward, approver = actor.organisations(Role.STEWARD), actor.organisations(Role.APPROVER)
    mine = (
        Q(state=RequestState.OFFICE_REVIEW, applicant__in=approver)
        | Q(state__in=(RequestState.RETURNED, RequestState.SUPPLEMENT), applicant__in=steward)
        | Q(state=RequestState.OWNER_REVIEW, owner__in=steward | approver)
    )
    if actor.has(Role.OPERATOR):
        mine |= Q(state=RequestState.PRE_REVIEW)
        mine |= Q(state=RequestState.OWNER_REVIEW, extension_asked_at__isnull=False, extended_at__isnull=True)
    return visible_requests(actor).filter(mine).order_by(F("due_on").asc(nulls_last=True), "created_at")


def latest_requests(actor: Actor) -> QuerySet[SharingRequest]:
    """Return all requests one may see, the newest first."""
    return visible_requests(actor).order_by("-created_at", "number")


def waiting_corrections(actor: Actor) -> QuerySet[Correction]:
    """Return the reports that this actor's department has to verify, the most urgent first."""
    mine = actor.organisations(Role.STEWARD, Role.APPROVER)
    rows = visible_corrections(actor).filter(owner__in=mine, state__in=OPEN_CORRECTIONS)
    return rows.order_by(F("due_on").asc(nulls_last=True), "opened_at")


def waiting_grants(actor: Actor) -> QuerySet[Grant]:
    """Return the grants that this actor's desk has to deliver, to confirm, to put right, or to let go on."""
    mine, heads = actor.organisations(Role.STEWARD, Role.APPROVER), actor.organisations(Role.APPROVER)
    suspended, reported = Q(state=GrantState.SUSPENDED), Q(put_right_reported_at__isnull=False)
    wanted = Q(state=GrantState.PREPARING, owner__in=mine) | Q(state=GrantState.RECEIVING, organisation__in=mine)
    wanted |= suspended & ~reported & Q(organisation__in=mine)
    wanted |= suspended & reported & Q(owner__in=heads, suspended_by=Part.OWNER_APPROVER)
    if actor.has(Role.OPERATOR):
        wanted |= suspended & reported & Q(suspended_by=Part.AUTHORITY)
    return visible_grants(actor).filter(wanted)


def waiting_disposals(actor: Actor) -> QuerySet[Disposal]:
    """Return what this actor's department has to dispose of, and the reports that it has to look at."""
    mine = actor.organisations(Role.STEWARD, Role.APPROVER)
    wanted = Q(state=DisposalState.DUE, grant__organisation__in=mine)
    wanted |= Q(state=DisposalState.REPORTED, grant__owner__in=mine)
    return Disposal.objects.select_related("grant__service").filter(wanted)


def waiting_disputes(actor: Actor) -> QuerySet[Dispute]:
    """Return the disputes that wait for the actor's department, which didn't speak last, or for the authority."""
    mine = actor.organisations(Role.STEWARD, Role.APPROVER)
    last = SharingEvent.objects.filter(dispute=OuterRef("pk")).order_by("-pk").values("organisation")[:1]
    rows = visible_disputes(actor).annotate(last_word=Subquery(last))
    between = Q(applicant__in=mine) | Q(owner__in=mine)
    wanted = Q(state=DisputeState.NEGOTIATING) & between & ~Q(last_word__in=mine)
    if actor.has(Role.OPERATOR):
        wanted |= Q(state__in=(DisputeState.MEDIATING, DisputeState.GOVERNMENT))
    return rows.filter(wanted)


def waiting_stops(actor: Actor) -> QuerySet[ServiceStop]:
    """Return the stops that the actor's department hasn't replied to, has to file or to end, or may object to."""
    mine, heads = actor.organisations(Role.STEWARD, Role.APPROVER), actor.organisations(Role.APPROVER)
    replied = SharingEvent.objects.filter(stop=OuterRef("pk"), name="reply_to_stop", organisation__in=mine)
    wanted = Q(state=StopState.CONSULTING, users__overlap=sorted(mine)) & ~Q(Exists(replied))
    wanted |= Q(state__in=(StopState.TO_FILE, StopState.TO_RESTORE), owner__in=heads)
    if actor.has(Role.OPERATOR):
        wanted |= Q(state=StopState.FILED)
    return visible_stops(actor).filter(wanted)


def waiting_applications(actor: Actor) -> QuerySet[OpeningApplication]:
    """Return society's applications that wait for one's department, and for the authority the objections.

    Not one's own, and not those that one refused: after an objection others answer.
    """
    mine = actor.organisations(Role.STEWARD, Role.APPROVER)
    wanted = Q(state__in=TO_ANSWER, owner__in=mine)
    if actor.has(Role.OPERATOR):
        wanted |= Q(state=OpeningState.OBJECTED)
    rows = visible_applications(actor).filter(wanted)
    if actor.user_id is None:
        return rows
    return rows.exclude(created_by=actor.user_id).exclude(Q(state__in=TO_ANSWER) & Q(refused_by=actor.user_id))


def overdue_applications(actor: Actor) -> QuerySet[OpeningApplication]:
    """Return for the authority the applications whose owner let the clock run out; it may answer them itself."""
    rows = OpeningApplication.objects.all() if actor.has(Role.OPERATOR) else OpeningApplication.objects.none()
    return rows.filter(state=OpeningState.LATE)


def overdue_grants(actor: Actor, *, today: date) -> QuerySet[Grant]:
    """Return for the authority the grants whose data doesn't flow in time."""
    rows = visible_grants(actor) if actor.has(Role.OPERATOR) else Grant.objects.none()
    return rows.filter(state=GrantState.PREPARING, due_on__lt=today)


def overdue_disposals(actor: Actor, *, today: date) -> QuerySet[Disposal]:
    """Return for the authority the disposals that users let lie."""
    rows = Disposal.objects.select_related("grant__service")
    rows = rows if actor.has(Role.OPERATOR) else rows.none()
    return rows.filter(state=DisposalState.DUE, due_on__lt=today)


def overdue_stops(actor: Actor, *, today: date) -> QuerySet[ServiceStop]:
    """Return for the authority the emergency stops that weren't filed in time."""
    rows = visible_stops(actor) if actor.has(Role.OPERATOR) else ServiceStop.objects.none()
    return rows.filter(state=StopState.TO_FILE, due_on__lt=today)


def overdue_requests(actor: Actor, *, today: date) -> QuerySet[SharingRequest]:
    """Return for the authority the requests whose owner let the clock run out, the longest overdue first."""
    rows = SharingRequest.objects.all() if actor.has(Role.OPERATOR) else SharingRequest.objects.none()
    late = rows.select_related("service").filter(state=RequestState.OWNER_REVIEW, due_on__lt=today)
    return late.order_by("due_on", "created_at")


def overdue_corrections(actor: Actor, *, today: date) -> QuerySet[Correction]:
    """Return for the authority the reports that the source let lie, the longest overdue first."""
    rows = Correction.objects.all() if actor.has(Role.OPERATOR) else Correction.objects.none()
    return rows.filter(state__in=OPEN_CORRECTIONS, due_on__lt=today).order_by("due_on", "opened_at")


def held_grants(actor: Actor) -> QuerySet[Grant]:
    """Return the grants that one's department holds, those in force first; for the authority, none of its own."""
    rows = visible_grants(actor).filter(organisation__in=actor.organisations(Role.STEWARD, Role.APPROVER))
    return _in_force_first(rows)


def given_grants(actor: Actor) -> QuerySet[Grant]:
    """Return the grants that one's department gave; for the authority and the auditor, all there are."""
    rows = visible_grants(actor)
    if not (actor.has(Role.OPERATOR) or actor.has(Role.AUDITOR)):
        rows = rows.filter(owner__in=actor.organisations(Role.STEWARD, Role.APPROVER))
    return _in_force_first(rows)


def seen_grants(actor: Actor) -> QuerySet[Grant]:
    """Return all grants that one may see, those in force first."""
    return _in_force_first(visible_grants(actor))


def _in_force_first(rows: QuerySet[Grant]) -> QuerySet[Grant]:
    return rows.order_by(IN_FORCE.desc(), "-valid_from")
