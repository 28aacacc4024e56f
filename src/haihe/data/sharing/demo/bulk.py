"""Open many services of the demo and grant each, in a handful of statements: what both offices' moves would leave."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction

from haihe.base.numbering.api import next_number
from haihe.data.catalogue import api as catalogue
from haihe.data.sharing.claims import check_fields
from haihe.data.sharing.models import Grant, Service, SharingEvent, SharingRequest
from haihe.data.sharing.operations.delivering import months_after
from haihe.data.sharing.operations.requesting import Application
from haihe.data.sharing.operations.services import NewService
from haihe.data.sharing.workflow import GRANT, REQUEST, GrantState, Part, RequestState
from haihe.kernel.text import tidy

_WHO = "演示经办人"
_ART_20, _ART_22 = "政务数据共享条例 第20条", "政务数据共享条例 第22条"
type Pair = tuple[NewService, Application]


@transaction.atomic
def grant_many(pairs: Sequence[Pair], *, now: datetime) -> int:
    """Open each service and grant it as the application says, unless it is open; return how many.

    Raises: InputRefused.
    """
    known = set(Service.objects.filter(slug__in=[one.slug for one, _ in pairs]).values_list("slug", flat=True))
    missing = [(service, asked) for service, asked in pairs if service.slug not in known]
    if not missing:
        return 0
    entries = _entries({service.resource for service, _ in missing})
    services = [_service(one, entries[one.resource], now) for one, _ in missing]
    Service.objects.bulk_create(services)
    numbers = _numbers(now)
    asked = [application for _, application in missing]
    requests = [
        _request(row, application, entries[row.resource], next(numbers), now)
        for row, application in zip(services, asked, strict=True)
    ]
    SharingRequest.objects.bulk_create(requests)
    grants = [_grant(request, now) for request in requests]
    Grant.objects.bulk_create(grants)
    SharingEvent.objects.bulk_create(
        event
        for service, request, grant in zip(services, requests, grants, strict=True)
        for event in _events(service, request, grant, now)
    )
    return len(missing)


def _entries(codes: set[str]) -> dict[str, catalogue.ResourceEntry]:
    owners = {code.partition("/")[0] for code in codes}
    published = [entry for owner in sorted(owners) for entry in catalogue.published_resources(owner=owner)]
    return {entry.code: entry for entry in published if entry.code in codes}


def _numbers(now: datetime) -> Iterator[str]:
    """Yield the day's next numbers; the lock on them is held until the transaction ends."""
    start, _, last = next_number("GX", SharingRequest.objects.all(), now).rpartition("-")
    number = int(last)
    while True:
        yield f"{start}-{number:04}"
        number += 1


def _service(new: NewService, entry: catalogue.ResourceEntry, now: datetime) -> Service:
    check_fields(new.fields, items={item.name: item for item in entry.items})
    return Service(
        slug=new.slug,
        title=tidy(new.title),
        summary=tidy(new.summary),
        resource=entry.code,
        owner=entry.owner,
        kind=new.kind,
        fields=new.fields,
        field_titles={item.name: item.title for item in entry.items if item.name in new.fields},
        max_age_s=new.max_age_s,
        created_at=now,
    )


def _request(
    service: Service, asked: Application, entry: catalogue.ResourceEntry, number: str, now: datetime
) -> SharingRequest:
    return SharingRequest(
        number=number,
        token=asked.token,
        applicant=asked.applicant,
        owner=service.owner,
        service=service,
        sharing_type=entry.sharing_type,
        form=asked.form,
        fields=list(asked.fields),
        purpose=asked.purpose,
        item=asked.item,
        legal_basis=tidy(asked.legal_basis),
        scenario=tidy(asked.scenario),
        duration_months=asked.duration_months,
        quota_per_day=asked.quota_per_day,
        rate_per_s=asked.rate_per_s,
        state=RequestState.APPROVED,
        created_by=_person(asked.applicant, Part.APPLICANT_STEWARD),
        created_name=_WHO,
        created_at=now,
        office_approved_by=_person(asked.applicant, Part.APPLICANT_APPROVER),
        office_approved_at=now,
        decided_by=_person(service.owner, Part.OWNER_APPROVER),
        decided_at=now,
    )


def _grant(request: SharingRequest, now: datetime) -> Grant:
    return Grant(
        request=request,
        organisation=request.applicant,
        owner=request.owner,
        service=request.service,
        fields=request.fields,
        purposes=[request.purpose],
        item=request.item,
        legal_basis=request.legal_basis,
        valid_from=now,
        valid_until=months_after(now, request.duration_months),
        quota_per_day=request.quota_per_day,
        rate_per_s=request.rate_per_s,
        state=GrantState.ACTIVE,
    )


def _events(service: Service, request: SharingRequest, grant: Grant, now: datetime) -> Iterator[SharingEvent]:
    """Yield the line of each move, by the part whose it is."""
    owner, applicant = request.owner, request.applicant
    deliver = GRANT.move(GrantState.PREPARING, "deliver_at_once")
    agree = REQUEST.move(RequestState.OWNER_REVIEW, "approve")
    for_office = REQUEST.move(RequestState.OFFICE_REVIEW, "approve_by_office")
    for about, name, source, target, part, organisation, clause in (
        ({"service": service}, "open_service", "", "ENABLED", Part.OWNER_STEWARD, owner, _ART_22),
        ({"request": request}, "request", "", for_office.sources[0], Part.APPLICANT_STEWARD, applicant, _ART_20),
        (
            {"request": request},
            for_office.name,
            for_office.sources[0],
            for_office.target,
            Part.APPLICANT_APPROVER,
            applicant,
            for_office.clause,
        ),
        (
            {"request": request},
            agree.name,
            RequestState.OWNER_REVIEW,
            agree.target,
            Part.OWNER_APPROVER,
            owner,
            agree.clause,
        ),
        ({"grant": grant}, "grant", "", GrantState.PREPARING, Part.OWNER_APPROVER, owner, _ART_22),
        ({"grant": grant}, deliver.name, GrantState.PREPARING, deliver.target, Part.SYSTEM, "", deliver.clause),
    ):
        yield SharingEvent(
            **about,
            at=now,
            name=name,
            source=str(source),
            target=str(target),
            part=part,
            organisation=organisation,
            actor_id=None if part == Part.SYSTEM else _person(organisation, part),
            actor_name="SYSTEM" if part == Part.SYSTEM else _WHO,
            clause=clause,
        )


def _person(organisation: str, part: Part) -> uuid.UUID:
    """Return who of an office without accounts stands in a part; the same for good."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"haihe-demo:{part}:{organisation}")
