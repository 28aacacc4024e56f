"""What waits for a desk besides requests and reports: deliveries, receipts, things to put right, data to dispose of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.base.accounts.api import Actor
from haihe.data.sharing import history
from haihe.data.sharing.models import Grant
from haihe.data.sharing.queries import desk
from haihe.data.sharing.workflow import GrantState
from haihe.data.sharing.workflow_closing import DisposalState

type Text = str | Promise


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to do, where it is done, and until when."""

    title: str
    what: Text
    path: str
    organisation: str
    owner: str
    state: str
    state_label: Text
    deadline: history.Deadline | None


def duties_of(actor: Actor, *, today: date) -> list[Duty]:
    """Return all of them, the most urgent first."""
    found = [*_of_grants(actor, today), *_of_disposals(actor, today)]
    return sorted(found, key=lambda duty: (duty.deadline is None, (duty.deadline and duty.deadline.due_on) or date.max))


def _of_grants(actor: Actor, today: date) -> Iterator[Duty]:
    for row in desk.waiting_grants(actor):
        if row.state != GrantState.SUSPENDED:
            what, due = (_("提供数据") if row.state == GrantState.PREPARING else _("确认收到数据")), row.due_on
        elif row.put_right_reported_at is None:
            what, due = _("整改并报告"), row.put_right_by
        else:
            what, due = _("核实整改情况，恢复或者退回"), None
        yield _duty(row, what, row.state, str(row.get_state_display()), due, today)


def _of_disposals(actor: Actor, today: date) -> Iterator[Duty]:
    for row in desk.waiting_disposals(actor):
        what = _("处置数据并报告") if row.state == DisposalState.DUE else _("确认处置")
        yield _duty(row.grant, what, row.state, str(row.get_state_display()), row.due_on, today)


def _duty(grant: Grant, what: Text, state: str, label: str, due: date | None, today: date) -> Duty:
    path = reverse("sharing:grant", args=[grant.pk])
    deadline = history.deadline(due, today) if due else None
    return Duty(grant.service.title, what, path, grant.organisation, grant.owner, state, label, deadline)
