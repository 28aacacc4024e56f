"""Which desks hear of what, and in which words: moves that concern them, deadlines that come near or ran out."""

from datetime import date, datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from haihe.base.accounts.api import Role
from haihe.base.notices import api as notices
from haihe.base.notices.api import Address, Desk, Facts, Person
from haihe.data.sharing import opened, wording
from haihe.data.sharing.models import (
    Client,
    Correction,
    Disposal,
    Dispute,
    Grant,
    OpeningApplication,
    Service,
    ServiceStop,
    SharingEvent,
    SharingRequest,
)
from haihe.data.sharing.workflow import TOLD, Part
from haihe.data.sharing.workflow_closing import CLOSING_TOLD
from haihe.data.sharing.workflow_opening import OPENING_TOLD

type Thing = SharingRequest | Grant | Correction | Disposal | Dispute | ServiceStop | OpeningApplication
_MOVED, _NEAR, _EXPIRING = "sharing.moved", "sharing.near", "sharing.expiring"
_TOLD: Final = TOLD | CLOSING_TOLD | OPENING_TOLD
_ROLES: Final = {
    Part.APPLICANT_STEWARD: Role.STEWARD,
    Part.APPLICANT_APPROVER: Role.APPROVER,
    Part.OWNER_STEWARD: Role.STEWARD,
    Part.OWNER_APPROVER: Role.APPROVER,
}


def tell_of_move(row: Thing | Client | Service, event: SharingEvent) -> None:
    """Tell the desks that the table names for this move."""
    if isinstance(row, Client | Service):
        return
    parts = _TOLD[_kind(row)].get(event.name, ())
    facts = {"thing": _kind(row), "number": _number(row), "move": event.name, "by": event.organisation}
    key = f"{_MOVED}:{event.pk}"
    notices.tell(to=_desks(row, parts), kind=_MOVED, key=key, facts=facts, path=_path(row), now=event.at)


def tell_near(row: Thing, *, due: date, parts: tuple[Part, ...], step: int, now: datetime) -> int:
    """Remind the desks with `step` working days left; return how many were told now."""
    facts = {"thing": _kind(row), "number": _number(row), "days": step}
    key = f"{_NEAR}:{row.pk}:{due}:{step}"
    told = notices.tell(to=_desks(row, parts), kind=_NEAR, key=key, facts=facts, path=_path(row), now=now)
    return len(told)


def tell_expiring(row: Grant, *, step: int, now: datetime) -> int:
    """Remind the holder that the grant ends within `step` days; return how many desks were told now."""
    facts = {"thing": _kind(row), "number": _number(row), "days": step}
    to = _desks(row, (Part.APPLICANT_STEWARD, Part.APPLICANT_APPROVER))
    key = f"{_EXPIRING}:{row.pk}:{step}"
    return len(notices.tell(to=to, kind=_EXPIRING, key=key, facts=facts, path=_path(row), now=now))


@notices.words(_MOVED)
def _say_moved(facts: Facts) -> str:
    name = facts["move"]
    return gettext("新进展：%(thing)s %(number)s，%(happened)s。") % {
        "thing": _thing(facts),
        "number": facts["number"],
        "happened": wording.HAPPENED.get(name, name),
    }


@notices.words(_NEAR)
def _say_near(facts: Facts) -> str:
    days = int(facts["days"])
    told = {"thing": _thing(facts), "number": facts["number"], "n": days}
    return (
        ngettext(
            "%(thing)s %(number)s 的期限不足 %(n)s 个工作日，请尽快办理。",
            "%(thing)s %(number)s 的期限不足 %(n)s 个工作日，请尽快办理。",
            days,
        )
        % told
    )


@notices.words(_EXPIRING)
def _say_expiring(facts: Facts) -> str:
    days = int(facts["days"])
    told = {"number": facts["number"], "n": days}
    return (
        ngettext(
            "授权（申请 %(number)s）不足 %(n)s 天到期，需要继续使用的请申请续期。",
            "授权（申请 %(number)s）不足 %(n)s 天到期，需要继续使用的请申请续期。",
            days,
        )
        % told
    )


def _thing(facts: Facts) -> str:
    return str(wording.THINGS[facts["thing"]])


def _desks(row: Thing, parts: tuple[Part, ...]) -> list[Address]:
    desks: list[Address] = []
    for part in parts:
        if part == Part.AUTHORITY:
            desks.append(Desk(Role.OPERATOR))
        elif part == Part.PERSON:
            desks += [Person(row.created_by)] if isinstance(row, OpeningApplication) else []
        else:
            organisations = _users(row) if part.startswith("APPLICANT") else [row.owner]
            desks += [Desk(_ROLES[part], organisation) for organisation in organisations]
    return desks


def _users(row: Thing) -> list[str]:
    """Return the departments that use the data; of a service's stop there may be many."""
    if isinstance(row, ServiceStop):
        return list(row.users)
    if isinstance(row, OpeningApplication):
        return []
    if isinstance(row, SharingRequest | Dispute):
        return [row.applicant]
    return [row.consumer if isinstance(row, Correction) else row.organisation]


_KINDS: Final[dict[type, str]] = {
    SharingRequest: "request",
    Grant: "grant",
    Correction: "correction",
    Disposal: "disposal",
    Dispute: "dispute",
    ServiceStop: "stop",
    OpeningApplication: "opening",
}


def _kind(row: Thing) -> str:
    return _KINDS[type(row)]


def _number(row: Thing) -> str:
    if isinstance(row, Disposal):
        return row.grant.request.number
    return row.request.number if isinstance(row, Grant) else row.number


def _path(row: Thing) -> str:
    if isinstance(row, SharingRequest | Grant):
        return reverse(f"sharing:{_kind(row)}", args=[row.pk])
    if isinstance(row, OpeningApplication):
        return opened.path_of(row.number)
    if isinstance(row, Disposal):
        return reverse("sharing:grant", args=[row.grant.pk])
    return reverse(f"sharing:{_kind(row)}", args=[row.number])
