"""Requests, grants and reports in any number, as years of use leave them: for measuring pages. All of it is made up."""

import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import batched

from django.utils import timezone

from haihe.data.catalogue.api import SharingForm, SharingType
from haihe.data.catalogue.demo.many import made_entries
from haihe.data.sharing.models import Correction, Grant, ReporterKind, Service, SharingEvent, SharingRequest
from haihe.data.sharing.operations.delivering import months_after
from haihe.data.sharing.workflow import CorrectionState, GrantState, Part, RequestState

_SEED = 20261125
_AT_ONCE = 2000
_SERVICES_EACH = 4
_YEARS_OF_USE = 5
_STATES: tuple[tuple[RequestState, float], ...] = (
    (RequestState.APPROVED, 0.86),
    (RequestState.REFUSED, 0.05),
    (RequestState.WITHDRAWN, 0.04),
    (RequestState.OWNER_REVIEW, 0.04),
    (RequestState.OFFICE_REVIEW, 0.01),
)
_ONE_IN_CORRECTED = 50
_CLAUSE = "政务数据共享条例 第21条"


def plant_many(count: int, *, now: datetime, report: Callable[[float], None] = lambda share: None) -> None:
    """Make this many requests of all departments, spread over five years, with their grants, events and reports.

    Departments must be loaded. What ended long ago has expired; a few thousand grants are in force.
    """
    source = random.Random(_SEED)  # noqa: S311 - repeatable, no secret
    departments = sorted({made.owner for made in made_entries()})
    services = _services(departments, now)
    made = 0
    for rows in batched(_requests(count, services, departments, source, now), _AT_ONCE, strict=False):
        _keep(rows, source, now)
        made += len(rows)
        report(made / count)


def _services(departments: Sequence[str], now: datetime) -> list[Service]:
    rows = [
        Service(
            slug=f"many-{owner}-{number}",
            title=f"状态核验{number}",
            summary="回答一个人今天是否在册。",
            resource=f"{owner}/{number:06}",
            owner=owner,
            default_claim="listed",
            claims={"listed": {"field": "status", "op": "eq", "value": "在册"}},
            claim_titles={"listed": "今天是否在册"},
            max_age_s=86_400,
            created_at=now,
        )
        for owner in departments
        for number in range(1, _SERVICES_EACH + 1)
    ]
    return Service.objects.bulk_create(rows)


def _requests(
    count: int, services: Sequence[Service], departments: Sequence[str], source: random.Random, now: datetime
) -> Iterator[SharingRequest]:
    states, shares = [state for state, _ in _STATES], [share for _, share in _STATES]
    for number in range(count):
        service = source.choice(services)
        applicant = source.choice([code for code in departments if code != service.owner])
        state = source.choices(states, shares)[0]
        asked_at = now - timedelta(days=source.uniform(0.1, 365 * _YEARS_OF_USE))
        if state in (RequestState.OWNER_REVIEW, RequestState.OFFICE_REVIEW):
            asked_at = now - timedelta(days=source.uniform(0.1, 20))
        yield _request(number, service, applicant, state, asked_at)


def _request(number: int, service: Service, applicant: str, state: RequestState, asked_at: datetime) -> SharingRequest:
    row = SharingRequest(
        number=f"GX-{asked_at:%Y%m%d}-M{number:06}",
        token=uuid.uuid4(),
        applicant=applicant,
        owner=service.owner,
        service=service,
        sharing_type=SharingType.CONDITIONAL,
        form=SharingForm.SERVICE,
        claims=["listed"],
        purpose=f"PURPOSE_{number}",
        item=f"item-{number % 483}",
        legal_basis="《天津市促进大数据发展应用条例》第二十条",
        scenario="办理事项时核验申请人是否在册，替代纸质证明。",
        duration_months=12,
        quota_per_day=10_000,
        state=state,
        created_by=uuid.uuid4(),
        created_name="演示申请人",
        created_at=asked_at,
        refusal_reason="使用场景与依据不符。" if state == RequestState.REFUSED else "",
    )
    if state != RequestState.OFFICE_REVIEW:
        row.office_approved_by, row.office_approved_at = uuid.uuid4(), asked_at + timedelta(hours=2)
    if state in (RequestState.APPROVED, RequestState.REFUSED):
        row.decided_by, row.decided_at = uuid.uuid4(), asked_at + timedelta(days=number % 19 + 1)
    if state == RequestState.OWNER_REVIEW:
        row.start_clock(timezone.localdate(asked_at), 10)
    return row


def _keep(rows: Sequence[SharingRequest], source: random.Random, now: datetime) -> None:
    SharingRequest.objects.bulk_create(rows)
    grants = [_grant(row, now) for row in rows if row.state == RequestState.APPROVED]
    Grant.objects.bulk_create(grants)
    SharingEvent.objects.bulk_create([event for row in rows for event in _events(row)])
    Correction.objects.bulk_create(
        [_correction(grant, source, now) for grant in grants if source.randrange(_ONE_IN_CORRECTED) == 0]
    )


def _grant(row: SharingRequest, now: datetime) -> Grant:
    start = row.decided_at or row.created_at
    end = months_after(start, row.duration_months)
    # Every other one still in its term was given back early: some thousands stay in force.
    over = end <= now
    given_back = not over and int(row.number[-1]) % 2 == 0
    state = GrantState.EXPIRED if over else GrantState.TERMINATED if given_back else GrantState.ACTIVE
    return Grant(
        request=row,
        organisation=row.applicant,
        owner=row.owner,
        service=row.service,
        claims=row.claims,
        purposes=[row.purpose],
        item=row.item,
        legal_basis=row.legal_basis,
        valid_from=start,
        valid_until=end,
        quota_per_day=row.quota_per_day,
        state=state,
        ended_at=end if over else now if given_back else None,
    )


def _events(row: SharingRequest) -> Iterator[SharingEvent]:
    steps = [("request", row.created_at, Part.APPLICANT_STEWARD, row.applicant)]
    if row.office_approved_at:
        steps.append(("approve_by_office", row.office_approved_at, Part.APPLICANT_APPROVER, row.applicant))
    if row.decided_at:
        name = "approve" if row.state == RequestState.APPROVED else "refuse"
        steps.append((name, row.decided_at, Part.OWNER_APPROVER, row.owner))
    for name, at, part, organisation in steps:
        yield SharingEvent(
            request=row,
            at=at,
            name=name,
            part=part,
            organisation=organisation,
            actor_id=uuid.uuid4(),
            actor_name="演示经办人",
            clause=_CLAUSE,
            words=row.refusal_reason if name == "refuse" else "",
        )


def _correction(grant: Grant, source: random.Random, now: datetime) -> Correction:
    opened_at = grant.valid_from + timedelta(days=source.uniform(0.1, 300))
    opened_at = min(opened_at, now - timedelta(hours=1))
    done = opened_at < now - timedelta(days=12)
    row = Correction(
        number=f"JH-{uuid.uuid4().hex[:16]}",
        evidence=uuid.uuid4(),
        subject_key=uuid.uuid4().bytes,
        owner=grant.owner,
        consumer=grant.organisation,
        resource=grant.service.resource,
        service=grant.service.slug,
        claims=["listed"],
        told="NO_MATCH",
        statement="本人在册，答复为不在册。",
        reporter_kind=ReporterKind.CONSUMER,
        reporter=uuid.uuid4(),
        state=CorrectionState.CORRECTED if done else CorrectionState.RECEIVED,
        opened_at=opened_at,
        clock_started_on=timezone.localdate(opened_at),
        answer="已更正。" if done else "",
        closed_at=opened_at + timedelta(days=source.uniform(1, 12)) if done else None,
    )
    row.due_on = None if done else row.clock_started_on + timedelta(days=14)
    return row
