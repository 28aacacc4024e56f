"""What waits for a desk besides requests and reports: deliveries, data to dispose of, society's applications."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.base.accounts.api import Actor
from haihe.data.sharing import history, opened
from haihe.data.sharing.models import Grant, OpeningApplication, ServiceStop
from haihe.data.sharing.queries import desk
from haihe.data.sharing.workflow import GrantState
from haihe.data.sharing.workflow_closing import DisposalState, DisputeState, StopState
from haihe.data.sharing.workflow_opening import OpeningState

type Text = str | Promise


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to do, where it is done, and until when. `holder`: who of society it is for, where no department is."""

    title: str
    what: Text
    path: str
    organisation: str
    owner: str
    state: str
    state_label: Text
    deadline: history.Deadline | None
    holder: str = ""


def duties_of(actor: Actor, *, today: date) -> list[Duty]:
    """Return all of them, the most urgent first."""
    found = [
        *_of_grants(actor, today),
        *_of_disposals(actor, today),
        *_of_disputes(actor, today),
        *_of_stops(actor, today),
        *_of_applications(actor, today),
    ]
    return _by_urgency(found)


def late_duties_of(actor: Actor, *, today: date) -> list[Duty]:
    """Return for the authority what others let lie beyond its deadline."""
    grants = desk.overdue_grants(actor, today=today)
    found = [
        _duty(row, _("没有按期提供数据"), row.state, str(row.get_state_display()), row.due_on, today) for row in grants
    ]
    for row in desk.overdue_disposals(actor, today=today):
        found.append(
            _duty(row.grant, _("没有按期处置数据"), row.state, str(row.get_state_display()), row.due_on, today)
        )
    found += [_stop(row, _("没有按期备案"), today) for row in desk.overdue_stops(actor, today=today)]
    found += [_application(row, _("没有按期答复开放申请"), today) for row in desk.overdue_applications(actor)]
    return _by_urgency(found)


def _by_urgency(found: list[Duty]) -> list[Duty]:
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


def _of_disputes(actor: Actor, today: date) -> Iterator[Duty]:
    found = {
        DisputeState.NEGOTIATING: _("协商争议"),
        DisputeState.MEDIATING: _("调解争议"),
        DisputeState.GOVERNMENT: _("登记争议的决定"),
    }
    for row in desk.waiting_disputes(actor):
        path = reverse("sharing:dispute", args=[row.number])
        deadline = history.deadline(row.due_on, today) if row.due_on else None
        what, label = found[DisputeState(row.state)], str(row.get_state_display())
        yield Duty(row.service.title, what, path, row.applicant, row.owner, row.state, label, deadline)


def _of_stops(actor: Actor, today: date) -> Iterator[Duty]:
    found = {
        StopState.CONSULTING: _("答复停止服务的计划"),
        StopState.FILED: _("审看停止服务的备案"),
        StopState.TO_FILE: _("紧急停止后补充备案"),
        StopState.TO_RESTORE: _("恢复服务"),
    }
    for row in desk.waiting_stops(actor):
        yield _stop(row, found[StopState(row.state)], today)


def _of_applications(actor: Actor, today: date) -> Iterator[Duty]:
    for row in desk.waiting_applications(actor):
        objected = row.state == OpeningState.OBJECTED
        yield _application(row, _("处理开放申请的申诉") if objected else _("答复开放申请"), today)


def _application(row: OpeningApplication, what: Text, today: date) -> Duty:
    deadline = history.deadline(row.due_on, today) if row.due_on else None
    path, label = opened.path_of(row.number), str(row.get_state_display())
    return Duty(row.title, what, path, "", row.owner, row.state, label, deadline, row.holder)


def _stop(row: ServiceStop, what: Text, today: date) -> Duty:
    path, deadline = reverse("sharing:stop", args=[row.number]), None
    if row.due_on:
        deadline = history.deadline(row.due_on, today)
    return Duty(row.service.title, what, path, "", row.owner, row.state, str(row.get_state_display()), deadline)


def _duty(grant: Grant, what: Text, state: str, label: str, due: date | None, today: date) -> Duty:
    path = reverse("sharing:grant", args=[grant.pk])
    deadline = history.deadline(due, today) if due else None
    return Duty(grant.service.title, what, path, grant.organisation, grant.owner, state, label, deadline)
