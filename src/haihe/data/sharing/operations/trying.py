"""Trying a call: a steward asks by hand what their systems will ask. It is a real use, and is recorded as one."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.client import Subject, calls
from haihe.data.sharing.adapters.exchange import Exchange, exchange
from haihe.data.sharing.adapters.gateway import Credentials, GatewayVerifier
from haihe.data.sharing.errors import InputRefused
from haihe.data.sharing.models import Service
from haihe.data.sharing.operations.moving import record
from haihe.data.sharing.queries.access import grant_for
from haihe.data.sharing.workflow import Part

CASE_FORM = r"^TEST-[A-Za-z0-9-]{1,50}$"
_CLAUSE = "政务数据共享条例 第29条"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is to be asked under which grant; `confirmed` that it is known to be a real use."""

    grant: UUID
    scope: tuple[str, ...]
    purpose: str
    case: str
    id_number: str = field(repr=False)
    name: str = field(default="", repr=False)
    confirmed: bool = False


def try_call(*, actor: Actor, trial: Trial, verifier: GatewayVerifier, now: datetime) -> Exchange:
    """Ask once with the department's own platform system, and note in the grant's history who did.

    Raises: NotFound, NotPermitted, InputRefused.
    """
    row = grant_for(actor, trial.grant)
    require(actor, Role.STEWARD, organisation=row.organisation)
    if not trial.confirmed:
        raise InputRefused(_("请先确认：这是一次真实使用，会留下记录，本人可以看到。"), field="confirmed")
    if not re.fullmatch(CASE_FORM, trial.case):
        raise InputRefused(_("办件编号以 TEST- 开头，后接字母、数字和短横线。"), field="case")
    known = verifier.credentials_of(row.organisation)
    if known is None:
        raise InputRefused(_("本单位尚未登记平台接入系统，请数据专员在共享工作台登记。"), field="grant")
    # Before the call, so that no use of anybody's data is without the person who made it.
    with transaction.atomic():
        record(
            row,
            actor,
            name="try_call",
            part=Part.APPLICANT_STEWARD,
            clause=_CLAUSE,
            now=now,
            source=row.state,
            target=row.state,
            words=trial.case,
            organisation=row.organisation,
        )
    return _asked(verifier, row.service, trial, known)


def _asked(verifier: GatewayVerifier, service: Service, trial: Trial, known: Credentials) -> Exchange:
    subject = Subject(trial.id_number, trial.name or None)
    why = {"purpose": trial.purpose, "case": trial.case}
    if service.is_query:
        return exchange(verifier, calls.query(service.slug, subject, fields=trial.scope, **why), known=known)
    if len(trial.scope) > 1:
        return exchange(verifier, calls.verify_claims(service.slug, subject, claims=trial.scope, **why), known=known)
    claim = trial.scope[0] if trial.scope else None
    return exchange(verifier, calls.verify(service.slug, subject, claim=claim, **why), known=known)
