"""Which desks hear of what, and in which words: moves that concern them, deadlines that come near or ran out."""

from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from haihe.base.accounts.api import Role
from haihe.base.notices import api as notices
from haihe.base.notices.api import Desk, Facts
from haihe.data.sharing import wording
from haihe.data.sharing.models import Client, Correction, Grant, Service, SharingEvent, SharingRequest
from haihe.data.sharing.workflow import TOLD, Part

type Thing = SharingRequest | Grant | Correction
_MOVED, _NEAR = "sharing.moved", "sharing.near"
_OWNERS: Final = (Part.OWNER_STEWARD, Part.OWNER_APPROVER)
_ROLES: Final = {
    Part.APPLICANT_STEWARD: Role.STEWARD,
    Part.APPLICANT_APPROVER: Role.APPROVER,
    Part.OWNER_STEWARD: Role.STEWARD,
    Part.OWNER_APPROVER: Role.APPROVER,
}


def tell_of_move(row: Thing | Client | Service, event: SharingEvent) -> None:
    """Tell the desks that the table names for this move."""
    if not isinstance(row, SharingRequest | Grant | Correction):
        return
    parts = TOLD[_kind(row)].get(event.name, ())
    facts = {"thing": _kind(row), "number": _number(row), "move": event.name, "by": event.organisation}
    key = f"{_MOVED}:{event.pk}"
    notices.tell(to=_desks(row, parts), kind=_MOVED, key=key, facts=facts, path=_path(row), now=event.at)


def tell_near(row: Thing, *, step: int, now: datetime) -> int:
    """Remind the owner's desks with `step` working days left; return how many desks were told now."""
    facts = {"thing": _kind(row), "number": _number(row), "days": step}
    key = f"{_NEAR}:{row.pk}:{row.due_on}:{step}"
    told = notices.tell(to=_desks(row, _OWNERS), kind=_NEAR, key=key, facts=facts, path=_path(row), now=now)
    return len(told)


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


def _thing(facts: Facts) -> str:
    return str(wording.THINGS[facts["thing"]])


def _desks(row: Thing, parts: tuple[Part, ...]) -> list[Desk]:
    user = row.applicant if isinstance(row, SharingRequest) else _consumer(row)
    desks = []
    for part in parts:
        if part == Part.AUTHORITY:
            desks.append(Desk(Role.OPERATOR))
        else:
            desks.append(Desk(_ROLES[part], user if part.startswith("APPLICANT") else row.owner))
    return desks


def _consumer(row: Grant | Correction) -> str:
    return row.organisation if isinstance(row, Grant) else row.consumer


def _kind(row: Thing) -> str:
    return {SharingRequest: "request", Grant: "grant", Correction: "correction"}[type(row)]


def _number(row: Thing) -> str:
    return row.request.number if isinstance(row, Grant) else row.number


def _path(row: Thing) -> str:
    if isinstance(row, SharingRequest):
        return reverse("sharing:request", args=[row.pk])
    if isinstance(row, Grant):
        return reverse("sharing:grant", args=[row.pk])
    return reverse("sharing:correction", args=[row.number])
