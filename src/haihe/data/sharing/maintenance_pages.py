"""What the page of providers' maintenance shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import uuid4

from django import forms
from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.base.accounts.api import Actor
from haihe.data.sharing import wording
from haihe.data.sharing.forms import tell_errors
from haihe.data.sharing.models import Maintenance, Service
from haihe.data.sharing.operations.maintaining import LONGEST_REASON, Announcement
from haihe.data.sharing.queries import maintenance

PAGE_ROWS = 20
_CONTROL = {"class": "form-control"}


class _Moment(forms.DateTimeField):
    """A time of the city, to the minute."""

    def __init__(self, **told: Any) -> None:
        super().__init__(
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
            widget=forms.DateTimeInput(attrs=_CONTROL | {"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            error_messages={"invalid": _("请写成 2026-03-01 09:00 的样子。")},
            **told,
        )


class MaintenanceForm(forms.Form):
    """What is worked on, when and why."""

    what = forms.ChoiceField(label=_("维护的范围"), widget=forms.Select(attrs={"class": "form-select"}))
    starts_at = _Moment(label=_("开始"), help_text=_("到时网关自动停止答复，不需要再操作。"))
    ends_at = _Moment(label=_("结束"), help_text=_("到时自动恢复；一次不超过 72 小时，可以提前结束。"))
    reason = forms.CharField(
        label=_("原因"),
        max_length=LONGEST_REASON,
        help_text=_("使用部门和它们的系统会看到，如“数据库升级”；不要写个人信息。"),
        widget=forms.TextInput(attrs=_CONTROL),
    )
    serves_on = forms.TypedChoiceField(
        label=_("其间"),
        coerce=lambda value: value == "1",
        choices=[("0", _("全部停止答复")), ("1", _("由名册答复的服务照常，只停部门接口"))],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: object = None, *, services: Iterable[Service]) -> None:
        super().__init__(data, initial={"token": uuid4()})  # type: ignore[arg-type]  # a QueryDict or None
        field = self.fields["what"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [
            (
                wording.organisation_name(owner),
                [(owner, _("全部共享服务")), *((f"{owner}/{each.slug}", each.title) for each in theirs)],
            )
            for owner, theirs in groupby(services, key=lambda service: service.owner)
        ]
        tell_errors(self)

    def announcement(self) -> Announcement:
        """Return what was filled in; for a form that is valid."""
        told = dict(self.cleaned_data)
        owner, _slash, service = told.pop("what").partition("/")
        return Announcement(owner=owner, service=service, **told)


@dataclass(frozen=True, slots=True)
class MaintenanceRow:
    """One announcement in words."""

    row: Maintenance
    state: str | Promise
    tone: str
    may_end: bool

    @property
    def until(self) -> datetime:
        """Return when it ended, or was to end: what was called off never began."""
        ended_at = self.row.ended_at
        return ended_at if ended_at and ended_at > self.row.starts_at else self.row.ends_at


@dataclass(frozen=True, slots=True)
class MaintenancePage:
    """`open` is what runs or is to come; `past` is a page of the rest."""

    open: list[MaintenanceRow]
    past: list[MaintenanceRow]
    pager: "Page[Maintenance]"
    form: MaintenanceForm | None
    complaint: str = ""


def form_for(actor: Actor, data: object = None) -> MaintenanceForm | None:
    """Return the form; None for who has nothing to announce."""
    services = list(maintenance.to_maintain(actor))
    return MaintenanceForm(data, services=services) if services else None


def maintenance_page(
    actor: Actor, *, number: str | None, now: datetime, form: MaintenanceForm | None, complaint: str = ""
) -> MaintenancePage:
    rows = maintenance.visible_maintenance(actor)
    past = Paginator(maintenance.over(rows, now=now), PAGE_ROWS).get_page(number)
    return MaintenancePage(
        open=[_shown(actor, row, now) for row in maintenance.not_over(rows, now=now)],
        past=[_shown(actor, row, now) for row in past],
        pager=past,
        form=form,
        complaint=complaint,
    )


def _shown(actor: Actor, row: Maintenance, now: datetime) -> MaintenanceRow:
    state, tone = _state(row, now)
    return MaintenanceRow(row, state, tone, not row.is_over(now) and maintenance.may_maintain(actor, row.owner))


def _state(row: Maintenance, now: datetime) -> tuple[str | Promise, str]:
    if row.is_running(now):
        return _("正在维护"), "warning"
    if row.is_coming(now):
        return _("将要维护"), "info"
    if row.ended_at is not None:
        return (_("已取消") if row.ended_at < row.starts_at else _("提前结束")), "neutral"
    return _("已结束"), "neutral"
