"""Trying a call: a steward asks by hand what their systems will ask. It is a real use, and is recorded as one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.client import Subject, calls
from haihe.data.sharing.adapters.exchange import Exchange, exchange, exchange_many
from haihe.data.sharing.adapters.gateway import Credentials, GatewayVerifier
from haihe.data.sharing.errors import InputRefused
from haihe.data.sharing.models import Service, ServiceKind
from haihe.data.sharing.operations.moving import record
from haihe.data.sharing.queries.access import grant_for
from haihe.data.sharing.workflow import Part

MOST_AT_ONCE = 20
"""Persons in one call by hand; a system may ask about 10,000."""
CASE_FORM = r"^TEST-[A-Za-z0-9-]{1,50}$"
_CLAUSE = "政务数据共享条例 第29条"


class _Why(TypedDict):
    purpose: str
    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is to be asked under which grant; `confirmed` that it is known to be a real use.

    About one person, or by `many` identity numbers about several; `since` a cursor; with a department's `parameters`.
    """

    grant: UUID
    scope: tuple[str, ...]
    purpose: str
    case: str
    id_number: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    many: tuple[str, ...] = field(default=(), repr=False)
    since: str = ""
    parameters: Mapping[str, str | int] = field(default_factory=dict)
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
    if len(trial.many) > MOST_AT_ONCE:
        raise InputRefused(_("试调用一次不超过 %(n)s 人。") % {"n": MOST_AT_ONCE}, field="many")
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
    ask = {
        ServiceKind.VERIFY: _verify,
        ServiceKind.QUERY: _query,
        ServiceKind.PROXY: _proxy,
        ServiceKind.SUBSCRIBE: _subscribe,
    }[ServiceKind(service.kind)]
    return ask(verifier, service.slug, trial, known)


def _verify(verifier: GatewayVerifier, slug: str, trial: Trial, known: Credentials) -> Exchange:
    claim, why = trial.scope[0] if trial.scope else None, _why(trial)
    if trial.many:
        batch = calls.batch(slug, _persons(trial), claim=claim, **why)
        return exchange_many(verifier, batch, subjects=len(trial.many), known=known)
    subject = Subject(trial.id_number, trial.name or None)
    if len(trial.scope) > 1:
        return exchange(verifier, calls.verify_claims(slug, subject, claims=trial.scope, **why), known=known)
    return exchange(verifier, calls.verify(slug, subject, claim=claim, **why), known=known)


def _query(verifier: GatewayVerifier, slug: str, trial: Trial, known: Credentials) -> Exchange:
    subject = Subject(trial.id_number, trial.name or None)
    return exchange(verifier, calls.query(slug, subject, fields=trial.scope, **_why(trial)), known=known)


def _proxy(verifier: GatewayVerifier, slug: str, trial: Trial, known: Credentials) -> Exchange:
    whom, why = trial.id_number or None, _why(trial)
    asked = calls.proxy(slug, whom, fields=trial.scope, parameters=trial.parameters, **why)
    return exchange(verifier, asked, known=known)


def _subscribe(verifier: GatewayVerifier, slug: str, trial: Trial, known: Credentials) -> Exchange:
    why = _why(trial)
    if not trial.since:
        return exchange(verifier, calls.cursor(slug, fields=trial.scope, **why), known=known)
    asked = calls.changes(slug, _persons(trial), since=trial.since, fields=trial.scope, **why)
    return exchange_many(verifier, asked, subjects=len(trial.many), follows=True, known=known)


def _why(trial: Trial) -> _Why:
    return {"purpose": trial.purpose, "case": trial.case}


def _persons(trial: Trial) -> list[Subject]:
    return [Subject(number) for number in trial.many]
