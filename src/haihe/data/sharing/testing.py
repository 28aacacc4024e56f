"""Fakes and factories, here and for the rooms above: a verifier that knows what it is told, and the story's grant."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from haihe.city.cast import HOUSING_FUND_CENTRE
from haihe.data.catalogue.models import Resource
from haihe.data.catalogue.testing import NOW, cast_actor, publish_entry
from haihe.data.sharing import operations
from haihe.data.sharing.demo.entries import RELIEF_DETAILS, RELIEF_STATUS
from haihe.data.sharing.models import Service
from haihe.data.sharing.operations.requesting import Application
from haihe.data.sharing.operations.services import NewService
from haihe.data.sharing.ports import VerificationAnswer
from haihe.kernel.answers import Answer, UnknownReason

RELIEF_LIVE = NewService(
    slug="relief-live",
    title="救助信息实时查询",
    summary="由民政局的业务系统当场答复一个人的救助类型和月保障金额所在档次。",
    resource=RELIEF_STATUS.resource,
    fields={"relief_type": {"mask": "none"}, "monthly_amount_yuan": {"mask": "bucket", "step": 500}},
    source={
        "url": "https://relief.mzj.example:8443/v1/persons",
        "method": "POST",
        "subject": {"in": "body", "name": "sfzh"},
        "fields": {
            "relief_type": {"pointer": "/data/type", "type": "text"},
            "monthly_amount_yuan": {"pointer": "/data/amount", "type": "amount"},
        },
        "secret_header": "X-Api-Key",
        "last_good_s": 86_400,
    },
    source_secret="the-departments-secret",  # noqa: S106 - a made-up one
    max_age_s=86_400,
)

__all__ = [
    "NOW",
    "RELIEF_LIVE",
    "FakeVerifier",
    "application",
    "cast_actor",
    "disputed",
    "granted",
    "open_relief_details",
    "open_relief_status",
    "planned_stop",
    "refused",
    "requested",
    "to_be_disposed_of",
    "to_be_handed_over",
    "to_be_maintained",
]


@dataclass
class FakeVerifier:
    """Answers by identity number: an Answer, a reason for UNKNOWN, or an exception to raise; NO_MATCH for strangers.

    `asked` keeps (organisation, service, case, purpose) of each question, `evidence` the ids given.
    """

    known: dict[str, Answer | UnknownReason | Exception] = field(default_factory=dict)
    as_of: datetime = NOW
    asked: list[tuple[str, str, str, str]] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    new_evidence: Callable[[], str] = lambda: str(uuid.uuid4())

    def verify(
        self,
        *,
        organisation: str,
        service: str,
        id_number: str,
        name: str,
        purpose: str,
        case: str,
        claim: str | None = None,
    ) -> VerificationAnswer:
        self.asked.append((organisation, service, case, purpose))
        said = self.known.get(id_number, Answer.NO_MATCH)
        if isinstance(said, Exception):
            raise said
        self.evidence.append(self.new_evidence())
        reason = said if isinstance(said, UnknownReason) else None
        answer = Answer.UNKNOWN if isinstance(said, UnknownReason) else said
        return VerificationAnswer(answer, self.as_of, self.evidence[-1], reason, claim or "on_relief")


def open_relief_status(*, now: datetime = NOW) -> str:
    """Publish the relief register and open its service, unless that was done; return the slug."""
    if not Service.objects.filter(slug=RELIEF_STATUS.slug).exists():
        publish_entry(now=now)
        operations.open_service(actor=cast_actor("steward_mzj"), service=RELIEF_STATUS, now=now)
    return RELIEF_STATUS.slug


def open_relief_details(*, forms: tuple[str, ...] = ("SERVICE", "BATCH", "FILE"), now: datetime = NOW) -> str:
    """Open the query service of the relief register too, which is shared in the forms from then on; return the slug."""
    open_relief_status(now=now)
    Resource.objects.filter(code=RELIEF_DETAILS.resource).update(sharing_forms=list(forms))
    if not Service.objects.filter(slug=RELIEF_DETAILS.slug).exists():
        operations.open_service(actor=cast_actor("steward_mzj"), service=RELIEF_DETAILS, now=now)
    return RELIEF_DETAILS.slug


def to_be_handed_over(*, form: str = "FILE", now: datetime = NOW, **changes: object) -> UUID:
    """Return the id of a grant of fields in a file or batch, agreed and not yet delivered."""
    open_relief_details(now=now)
    asked = {"service": RELIEF_DETAILS.slug, "claims": (), "fields": ("relief_type",), "form": form}
    return granted(now=now, **(asked | changes))


def refused(*, now: datetime = NOW, **changes: object) -> UUID:
    """Return the id of a request that its owner refused."""
    request_id = requested(until="approve_by_office", now=now, **changes)
    operations.refuse_request(actor=cast_actor("approver_mzj"), request_id=request_id, reason="超出职责", now=now)
    return request_id


def disputed(
    *, request: UUID | None = None, grant: UUID | None = None, about: str = "REFUSAL", now: datetime = NOW
) -> str:
    """Return the number of a dispute that the housing-fund centre opened; about a refused request, unless told."""
    complaint = operations.Complaint(
        about=about,
        statement="提取办法规定须核验低保状态，拒绝没有依据",
        wish="请同意共享",
        token=uuid.uuid4(),
        request=request or (None if grant else refused(now=now)),
        grant=grant,
    )
    return operations.open_dispute(actor=cast_actor("steward_gjj"), complaint=complaint, now=now)


def planned_stop(*, days: int = 30, now: datetime = NOW) -> str:
    """Return the number of a planned stop of the relief service, which the housing-fund centre holds a grant of."""
    day = timezone.localdate(now + timedelta(days=days))
    owner = cast_actor("approver_mzj")
    return operations.plan_stop(
        actor=owner, slug=RELIEF_STATUS.slug, reason="系统改造", planned_on=day, token=uuid.uuid4(), now=now
    )


def to_be_maintained(*, username: str = "steward_mzj", now: datetime | None = None, **changes: object) -> UUID:
    """Return the id of a maintenance of civil affairs' relief service: tomorrow for two hours, unless told."""
    now = now or timezone.now()
    told: dict[str, Any] = {
        "owner": "120012",
        "service": RELIEF_STATUS.slug,
        "starts_at": now + timedelta(days=1),
        "ends_at": now + timedelta(days=1, hours=2),
        "reason": "数据库升级",
        "token": uuid.uuid4(),
    }
    announcement = operations.Announcement(**(told | changes))
    return operations.announce_maintenance(actor=cast_actor(username), announcement=announcement, now=now)


def to_be_disposed_of(*, now: datetime = NOW, **changes: object) -> UUID:
    """Return the id of the disposal of what a grant of fields left when its owner ended it."""
    from haihe.data.sharing.models import Disposal

    open_relief_details(now=now)
    asked = {"service": RELIEF_DETAILS.slug, "claims": (), "fields": ("relief_type",), "purpose": "DETAILS"}
    grant_id = granted(now=now, **(asked | changes))
    operations.terminate_grant(actor=cast_actor("approver_mzj"), grant_id=grant_id, reason="目的已实现", now=now)
    return Disposal.objects.get(grant_id=grant_id).id


def application(**changes: object) -> Application:
    """Return the housing-fund centre's application, filled in well but for what the caller says otherwise."""
    told: dict[str, object] = {
        "applicant": HOUSING_FUND_CENTRE,
        "service": RELIEF_STATUS.slug,
        "claims": ("on_relief",),
        "purpose": "HOUSING_FUND_WITHDRAWAL",
        "item": "housing-fund-relief-withdrawal",
        "legal_basis": "《住房公积金管理条例》第二十四条",
        "scenario": "受理低保家庭提取住房公积金时核验低保状态，替代低保证明。",
        "duration_months": 12,
        "quota_per_day": 20_000,
        "token": uuid.uuid4(),
    }
    return Application(**(told | changes))  # type: ignore[arg-type]  # a table of changes


def requested(*, until: str = "request", now: datetime = NOW, **changes: object) -> UUID:
    """Bring the housing-fund centre's request to `until`: request, approve_by_office, or approve. Return its id."""
    open_relief_status(now=now)
    request_id = operations.request_sharing(
        actor=cast_actor("steward_gjj"), application=application(**changes), now=now
    )
    for username, name in (("approver_gjj", "approve_by_office"), ("approver_mzj", "approve")):
        if until == "request" or (until == "approve_by_office" and name == "approve"):
            break
        operations.move_request(actor=cast_actor(username), request_id=request_id, name=name, now=now)
    return request_id


def granted(*, now: datetime = NOW, **changes: object) -> UUID:
    """Return the id of the housing-fund centre's grant, made by both offices' approval."""
    from haihe.data.sharing.models import Grant

    return Grant.objects.get(request_id=requested(until="approve", now=now, **changes)).id
