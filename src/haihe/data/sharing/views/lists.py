"""Whole lists of requests, grants and reports, with what to narrow them by in the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from haihe.base.accounts.api import actor_of, role_required
from haihe.data.sharing.queries import lists
from haihe.data.sharing.queries.lists import NARROWED, Narrowed
from haihe.data.sharing.views.answering import READERS
from haihe.data.sharing.workflow import CorrectionState, GrantState, RequestState

PAGE_ROWS = 20
_LONGEST_SEARCH = 60
_WAITING = ("waiting", _("待我办理"))
_LATE = ("late", _("已超期"))

Choice = tuple[str, str | Promise]


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list. `shows` and `states` are what it can be narrowed to; `part` is the template of its rows."""

    rows: "Page[Any]"
    narrowed: Narrowed
    shows: Sequence[Choice]
    states: Sequence[Choice]
    part: str
    title: str | Promise
    lead: str | Promise
    hint: str | Promise


@never_cache
@require_safe
@role_required(*READERS)
def requests(request: HttpRequest) -> HttpResponse:
    narrowed = narrowed_by(request)
    rows = lists.requests(actor_of(request), narrowed, today=timezone.localdate())
    page = ListPage(
        rows=page_of(request, rows),
        narrowed=narrowed,
        shows=(_WAITING, _LATE),
        states=RequestState.choices,
        part="sharing/requests.html",
        title=_("共享申请"),
        lead=_("按编号、服务或事项查找申请，看它办到哪一步。"),
        hint=_("编号、服务名称或事项"),
    )
    return render(request, "sharing/list.html", {"page": page})


@never_cache
@require_safe
@role_required(*READERS)
def grants(request: HttpRequest) -> HttpResponse:
    narrowed = narrowed_by(request)
    rows = lists.grants(actor_of(request), narrowed)
    page = ListPage(
        rows=page_of(request, rows),
        narrowed=narrowed,
        shows=(("held", _("本单位的授权")), ("given", _("提供出的授权"))),
        states=GrantState.choices,
        part="sharing/grants.html",
        title=_("授权"),
        lead=_("查找授权，看它允许什么、到哪天、用了多少。"),
        hint=_("服务名称、申请编号或事项"),
    )
    return render(request, "sharing/list.html", {"page": page})


@never_cache
@require_safe
@role_required(*READERS)
def corrections(request: HttpRequest) -> HttpResponse:
    narrowed = narrowed_by(request)
    rows = lists.corrections(actor_of(request), narrowed, today=timezone.localdate())
    page = ListPage(
        rows=page_of(request, rows),
        narrowed=narrowed,
        shows=(_WAITING, _LATE),
        states=CorrectionState.choices,
        part="sharing/correction_rows.html",
        title=_("更正申请"),
        lead=_("查找数据错误的报告，看来源部门怎样核实和答复。"),
        hint=_("编号或服务"),
    )
    return render(request, "sharing/list.html", {"page": page})


def narrowed_by(request: HttpRequest) -> Narrowed:
    """Read what the address narrows the list to."""
    # PostgreSQL refuses NUL in text; nobody types one by accident.
    told = {name: request.GET.get(name, "").replace("\x00", "").strip()[:_LONGEST_SEARCH] for name in NARROWED}
    return Narrowed(**told)


def page_of(request: HttpRequest, rows: "QuerySet[Any] | list[Any]") -> "Page[Any]":
    return Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
