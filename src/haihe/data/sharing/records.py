"""What neighbours receive: plain facts, no tables behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from haihe.data.sharing.models import Correction, Grant, Service
from haihe.data.sharing.workflow import CorrectionState


@dataclass(frozen=True, slots=True)
class GrantInfo:
    """What a grant permits, and how it stands.

    `form` says how: SERVICE is one person at a time through the gateway; only BATCH and FILE permit many at once.
    """

    id: UUID
    request_number: str
    organisation: str
    owner: str
    service: str
    claims: tuple[str, ...]
    fields: tuple[str, ...]
    purposes: tuple[str, ...]
    item: str
    legal_basis: str
    valid_from: datetime
    valid_until: datetime
    quota_per_day: int
    state: str
    last_good_s: int
    form: str


@dataclass(frozen=True, slots=True)
class ServiceInfo:
    """A question that a resource answers; `claims` or `fields` are (name, in words).

    `masks` are the rules (`kernel.mask_rules`) by which each field is shown to whoever is granted it. `kind` is
    how it is asked: VERIFY, QUERY, PROXY or SUBSCRIBE.
    """

    slug: str
    title: str
    resource: str
    owner: str
    claims: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, str], ...]
    default_claim: str
    max_age_s: int
    enabled: bool
    masks: Mapping[str, Mapping[str, Any]]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ToldInfo:
    """A consumer that was told of a correction, and whether it has fetched the right value since."""

    consumer: str
    case: str
    told_at: datetime
    fetched_at: datetime | None


@dataclass(frozen=True, slots=True)
class CorrectionInfo:
    """A report of wrong data as its reporter may see it. `answer` are the owner's words, "" until there are any.

    `told` says who had got the wrong value and was told: for the person's own eyes, as it names everybody who asked.
    """

    number: str
    evidence: str
    owner: str
    resource: str
    case: str
    statement: str
    state: str
    state_label: str
    opened_at: datetime
    due_on: date | None
    answer: str
    closed_at: datetime | None
    is_open: bool
    awaits_data: bool
    told: tuple[ToldInfo, ...]


def grant_info(row: Grant) -> GrantInfo:
    return GrantInfo(
        id=row.id,
        request_number=row.request.number,
        organisation=row.organisation,
        owner=row.owner,
        service=row.service.slug,
        claims=tuple(row.claims),
        fields=tuple(row.fields),
        purposes=tuple(row.purposes),
        item=row.item,
        legal_basis=row.legal_basis,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        quota_per_day=row.quota_per_day,
        state=row.state,
        last_good_s=row.last_good_s,
        form=row.request.form,
    )


def service_info(row: Service) -> ServiceInfo:
    return ServiceInfo(
        slug=row.slug,
        title=row.title,
        resource=row.resource,
        owner=row.owner,
        claims=tuple((name, row.title_of(name)) for name in row.claims),
        fields=tuple((name, row.title_of(name)) for name in row.fields),
        default_claim=row.default_claim,
        max_age_s=row.max_age_s,
        enabled=row.enabled,
        masks=dict(row.fields),
        kind=row.kind,
    )


def correction_info(row: Correction) -> CorrectionInfo:
    return CorrectionInfo(
        number=row.number,
        evidence=str(row.evidence),
        owner=row.owner,
        resource=row.resource,
        case=row.case,
        statement=row.statement,
        state=row.state,
        state_label=str(row.get_state_display()),
        opened_at=row.opened_at,
        due_on=row.due_on,
        answer=row.answer,
        closed_at=row.closed_at,
        is_open=row.closed_at is None,
        awaits_data=row.state == CorrectionState.CORRECTED and not hasattr(row, "data"),
        told=tuple(ToldInfo(one.consumer, one.case, one.told_at, one.fetched_at) for one in row.notices.all()),
    )
