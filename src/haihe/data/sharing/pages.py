"""What each page of sharing shows."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from haihe.base.accounts.api import Actor, Role
from haihe.base.ledger import api as ledger
from haihe.base.watch import api as watch
from haihe.data.catalogue import api as catalogue
from haihe.data.sharing import closing_pages, duties, history, stages, wording
from haihe.data.sharing.excerpts import EXCERPT_ROWS, Excerpt, excerpt
from haihe.data.sharing.forms import RenewForm
from haihe.data.sharing.forms_closing import StopForm
from haihe.data.sharing.models import (
    Client,
    Correction,
    CorrectionNotice,
    Disposal,
    DisposalMethod,
    Dispute,
    Grant,
    Maintenance,
    Service,
    ServiceStop,
    SharingRequest,
)
from haihe.data.sharing.operations.renewing import is_renewable
from haihe.data.sharing.queries import access, corrected, desk, maintenance, trying, usage
from haihe.data.sharing.source_pages import SourceFacts, source_facts
from haihe.data.sharing.workflow import CORRECTION, GRANT, NOT_AGREED, REQUEST, CorrectionState, Part
from haihe.data.sharing.workflow_closing import DISPOSAL, OPEN_STOPS, DisposalState

_USE_DAYS = 30
_LATEST_USES = 10
_MOST_TOLD = 50
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Task:
    """A request with its clock, where one runs."""

    row: SharingRequest
    deadline: history.Deadline | None


@dataclass(frozen=True, slots=True)
class Report:
    """A report of wrong data with its clock."""

    row: Correction
    deadline: history.Deadline


@dataclass(frozen=True, slots=True)
class WorkbenchPage:
    waiting: Excerpt[Task]
    reports: Excerpt[Report]
    held: Excerpt[Grant]
    given: Excerpt[Grant]
    late_duties: Excerpt[duties.Duty]
    duties: Excerpt[duties.Duty]
    clients: Excerpt[Client]
    latest: Excerpt[SharingRequest]
    may_ask: bool
    late: Excerpt[Task]
    late_reports: Excerpt[Report]
    overdue_count: int
    alerts: int
    to_fetch: int

    @property
    def waiting_count(self) -> int:
        return self.waiting.count + self.reports.count + self.duties.count


@dataclass(frozen=True, slots=True)
class RequestPage:
    row: SharingRequest
    claims: list[str]
    stage: stages.Stage
    deadline: history.Deadline | None
    actions: list[history.Action]
    history: list[history.Happened]
    grant: Grant | None
    resource_title: str
    may_resubmit: bool
    may_dispute: bool
    disputes: list[Dispute]
    complaint: str = ""

    @property
    def seen(self) -> int:
        return len(self.history)


@dataclass(frozen=True, slots=True)
class DisposalPart:
    """What becomes of the data, within the grant's page."""

    row: Disposal
    deadline: history.Deadline | None
    actions: list[history.Action]
    seen: int

    @property
    def methods(self) -> list[tuple[str, str]]:
        return [(method.value, str(method.label)) for method in DisposalMethod]


@dataclass(frozen=True, slots=True)
class Renewal:
    """The request that renews the grant, or the form for one; neither where it isn't time."""

    request: SharingRequest | None
    form: RenewForm | None


@dataclass(frozen=True, slots=True)
class GrantPage:
    row: Grant
    claims: list[str]
    stage: stages.Stage
    deadline: history.Deadline | None
    actions: list[history.Action]
    history: list[history.Happened]
    days: list[ledger.DayCounts]
    uses: list[ledger.LedgerEntry]
    at: datetime
    renewal: Renewal
    disposal: DisposalPart | None
    may_dispute: bool
    disputes: list[Dispute]
    may_read_usage: bool = False
    complaint: str = ""

    @property
    def seen(self) -> int:
        return self.row.events.count()

    @property
    def days_whole(self) -> int:
        return (self.row.valid_until - self.row.valid_from).days

    @property
    def days_over(self) -> int:
        return max(0, min(self.days_whole, (self.at - self.row.valid_from).days))

    @property
    def answered(self) -> int:
        return sum(day.answered for day in self.days)


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    row: Correction
    claims: list[str]
    deadline: history.Deadline | None
    actions: list[history.Action]
    history: list[history.Happened]
    resource_title: str
    may_open_person: bool
    told: Excerpt[CorrectionNotice]
    awaits_data: bool
    may_confirm_data: bool
    person: tuple[str, str] | None = None
    complaint: str = ""

    @property
    def seen(self) -> int:
        return len(self.history)


@dataclass(frozen=True, slots=True)
class ServicePage:
    row: Service
    claims: list[tuple[str, str]]
    max_age: str
    resource_title: str
    may_ask: bool
    may_switch: bool
    stop: ServiceStop | None
    stop_form: StopForm
    history: list[history.Happened]
    complaint: str = ""
    source: SourceFacts | None = None
    may_confirm: bool = False
    may_renew_secret: bool = False
    may_change_source: bool = False
    may_try: bool = False
    maintenance: list[Maintenance] = field(default_factory=list)
    may_maintain: bool = False
    is_retired: bool = False


def workbench_page(actor: Actor, *, today: date) -> WorkbenchPage:
    def task(row: SharingRequest) -> Task:
        return Task(row, deadline_of(row, today))

    def report(row: Correction) -> Report:
        return Report(row, history.deadline(row.due_on, today))

    waiting, reports = desk.waiting_requests(actor), desk.waiting_corrections(actor)
    to_do, too_late = duties.duties_of(actor, today=today), duties.late_duties_of(actor, today=today)
    return WorkbenchPage(
        waiting=excerpt(waiting, task),
        reports=excerpt(reports, report),
        held=excerpt(desk.held_grants(actor), _itself),
        given=excerpt(desk.given_grants(actor), _itself),
        duties=Excerpt(to_do[:EXCERPT_ROWS], len(to_do)),
        clients=excerpt(access.visible_clients(actor), _itself),
        latest=excerpt(desk.latest_requests(actor), _itself),
        may_ask=actor.has(Role.STEWARD),
        late=excerpt(desk.overdue_requests(actor, today=today), task),
        late_duties=Excerpt(too_late[:EXCERPT_ROWS], len(too_late)),
        late_reports=excerpt(desk.overdue_corrections(actor, today=today), report),
        overdue_count=sum(found.filter(due_on__lt=today).count() for found in (waiting, reports))
        + sum(duty.deadline is not None and duty.deadline.tone == "danger" for duty in to_do),
        alerts=watch.open_alerts(actor).count(),
        to_fetch=corrected.notices_to_fetch(actor),
    )


def _itself[T](row: T) -> T:
    return row


def request_page(actor: Actor, row: SharingRequest, *, today: date, complaint: str = "") -> RequestPage:
    parts = access.parts_on_request(actor, row)
    allowed = REQUEST.allowed(row.state, parts)
    grant = Grant.objects.select_related("request").filter(request=row).first()
    return RequestPage(
        row=row,
        stage=stages.stage_of_request(row, grant),
        claims=[wording.scope_title(row.service, name) for name in row.scope],
        deadline=deadline_of(row, today),
        actions=history.actions(REQUEST, allowed, leave_out=_not_now(row, actor, today)),
        history=history.happened(row.events.all()),
        grant=grant,
        resource_title=_resource_title(row.service.resource),
        may_dispute=closing_pages.may_dispute(actor, row),
        disputes=list(row.disputes.all()),
        may_resubmit=any(move.name == "resubmit" for move in allowed),
        complaint=complaint,
    )


def grant_page(
    actor: Actor, row: Grant, *, now: datetime, complaint: str = "", form: RenewForm | None = None
) -> GrantPage:
    disposal = Disposal.objects.select_related("grant").filter(grant=row).first()
    events = [*row.events.all(), *(disposal.events.all() if disposal else ())]
    moves = GRANT.allowed(row.state, access.parts_on_grant(actor, row))
    return GrantPage(
        row=row,
        may_read_usage=usage.may_read(actor, row),
        stage=stages.stage_of_grant(row, disposal),
        claims=[wording.scope_title(row.service, name) for name in row.scope],
        actions=history.actions(GRANT, moves, leave_out=_not_for(row, timezone.localdate(now))),
        deadline=history.deadline(row.due_on, timezone.localdate(now)) if row.clock_started_on else None,
        history=history.happened(events),
        days=ledger.counts_by_day(now=now, days=_USE_DAYS, consumer=row.organisation, grant=str(row.id)),
        uses=_uses(row),
        at=now,
        renewal=_renewal(actor, row, form, now),
        may_dispute=closing_pages.may_dispute(actor, row),
        disputes=list(row.disputes.all()),
        disposal=_disposal_part(actor, disposal, timezone.localdate(now)) if disposal else None,
        complaint=complaint,
    )


def correction_page(
    actor: Actor, row: Correction, *, today: date, person: tuple[str, str] | None = None, complaint: str = ""
) -> CorrectionPage:
    parts = access.parts_on_correction(actor, row)
    service = Service.objects.filter(slug=row.service).first()
    at_the_source = bool(parts & {Part.OWNER_STEWARD, Part.OWNER_APPROVER})
    return CorrectionPage(
        row=row,
        claims=[service.title_of(name) if service else name for name in row.claims],
        deadline=None if row.closed_at else history.deadline(row.due_on, today),
        actions=history.actions(CORRECTION, CORRECTION.allowed(row.state, parts), leave_out=_not_urgent(row, today)),
        history=history.happened(row.events.all()),
        resource_title=_resource_title(row.resource),
        told=excerpt(corrected.notices_of(actor, row), _itself, rows=_MOST_TOLD),
        awaits_data=row.state == CorrectionState.CORRECTED and not hasattr(row, "data"),
        may_confirm_data=at_the_source and corrected.data_to_confirm(row) is not None,
        may_open_person=at_the_source and row.closed_at is None and row.sealed_person is not None,
        person=person,
        complaint=complaint,
    )


def service_page(actor: Actor, row: Service, *, complaint: str = "") -> ServicePage:
    mine = row.owner in actor.organisations(Role.STEWARD, Role.APPROVER)
    source = source_facts(row) if row.source and (mine or access.sees_all(actor)) else None
    is_retired = not row.enabled and catalogue.resource(row.resource) is None
    return ServicePage(
        row=row,
        claims=[(name, wording.scope_title(row, name)) for name in row.scope],
        max_age=wording.age(row.max_age_s),
        resource_title=_resource_title(row.resource),
        may_ask=bool(actor.organisations(Role.STEWARD) - {row.owner}) and row.enabled,
        may_switch=actor.has(Role.APPROVER, row.owner) and (row.enabled or not is_retired),
        is_retired=is_retired,
        stop=access.visible_stops(actor).filter(service=row, state__in=OPEN_STOPS).first(),
        stop_form=StopForm(),
        history=history.happened(row.events.all()) if mine or access.sees_all(actor) else [],
        complaint=complaint,
        source=source,
        may_confirm=source is not None and actor.has(Role.OPERATOR),
        may_change_source=source is not None and actor.has(Role.STEWARD, row.owner),
        may_renew_secret=source is not None and source.has_secret and actor.has(Role.STEWARD, row.owner),
        may_try=trying.grants_to_try(actor, row).exists(),
        maintenance=list(maintenance.of_service(actor, row, now=timezone.now())),
        may_maintain=maintenance.may_maintain(actor, row.owner),
    )


def deadline_of(row: SharingRequest, today: date) -> history.Deadline | None:
    """Return the owner's clock; None while it doesn't run."""
    return history.deadline(row.due_on, today) if row.clock_started_on else None


def _renewal(actor: Actor, row: Grant, form: RenewForm | None, now: datetime) -> Renewal:
    asked = row.renewals.exclude(state__in=NOT_AGREED).first()
    if asked or not actor.has(Role.STEWARD, row.organisation) or not is_renewable(row, now=now):
        return Renewal(asked, None)
    return Renewal(None, form or RenewForm(initial=RenewForm.initial_of(row)))


def _disposal_part(actor: Actor, row: Disposal, today: date) -> DisposalPart:
    moves = DISPOSAL.allowed(row.state, access.parts_on_grant(actor, row.grant))
    return DisposalPart(
        row=row,
        deadline=history.deadline(row.due_on, today) if row.state == DisposalState.DUE else None,
        actions=history.actions(DISPOSAL, moves, leave_out=_not_urgent(row, today)),
        seen=row.events.count(),
    )


def _not_for(row: Grant, today: date) -> frozenset[str]:
    """Return the moves of the table that aren't this grant's: an interface is delivered by the rules, not by hand."""
    by_hand = frozenset({"hand_over", "confirm_receipt", "object_receipt"}) if row.is_served else frozenset[str]()
    return by_hand | _not_urgent(row, today)


def _not_urgent(row: SharingRequest | Grant | Correction | Disposal, today: date) -> frozenset[str]:
    return frozenset() if row.due_on and today > row.due_on else frozenset({"urge"})


def _not_now(row: SharingRequest, actor: Actor, today: date) -> frozenset[str]:
    """Return the moves of the table that this request has behind it, or has its own page for."""
    gone = {"resubmit", "approve_to_precheck", *_not_urgent(row, today)}
    if row.supplement_asked_at is not None:
        gone.add("ask_supplement")
    if row.extension_asked_at is not None or row.sharing_type != catalogue.SharingType.CONDITIONAL:
        gone.add("ask_extension")
    if row.extension_asked_at is None or row.extended_at is not None:
        gone.add("consent_extension")
    if actor.user_id in {row.created_by, row.office_approved_by}:
        gone |= {"approve_by_office", "return_by_office", "approve", "refuse"}
    return frozenset(gone)


def _uses(row: Grant) -> list[ledger.LedgerEntry]:
    filters = ledger.Filters(consumer=row.organisation, service=row.service.slug)
    latest = ledger.entries(filters, limit=_LOOKED_AT)
    return [entry for entry in latest if entry.grant == str(row.id)][:_LATEST_USES]


def _resource_title(code: str) -> str:
    return catalogue.resource_titles({code})[code]
