"""Pages of the opening plan."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.data.participation import operations, queries
from haihe.data.participation.pages import plan as pages
from haihe.data.participation.queries import PlanFilters
from haihe.data.participation.views.acting import act, asked_in, day_in, found, number_in, told_in

PAGE_ROWS = 15
_FIELDS = ("owner", "title", "code", "due_on")


@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    told = asked_in(request, "year", "owner", "state")
    year = number_in(told["year"]) % 10_000 or timezone.localdate(now).year
    filters = PlanFilters(year, told["owner"], told["state"])
    rows = Paginator(queries.plan_entries(filters), PAGE_ROWS).get_page(request.GET.get("page"))
    page = pages.plan_page(actor_of(request), rows, filters, now=now)
    return render(request, "participation/plan.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD, Role.APPROVER)
def new_entry(request: HttpRequest) -> HttpResponse:
    """Put something into one's department's plan."""
    if request.method != "POST":
        return _form(request, {})
    actor, now, told = actor_of(request), timezone.now(), told_in(request, *_FIELDS)
    return act(
        request,
        lambda: operations.add_entry(
            actor=actor,
            owner=told["owner"],
            title=told["title"],
            code=told["code"],
            due_on=day_in(told["due_on"]),
            now=now,
        ),
        done=_("已列入计划。"),
        to=lambda pk: reverse("participation:plan-entry", args=[pk]),
        again=lambda complaint: _form(request, told, complaint),
    )


@require_safe
def entry(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _page(request, pk)


@require_POST
@role_required(Role.STEWARD, Role.APPROVER)
def move(request: HttpRequest, pk: uuid.UUID, name: str) -> HttpResponse:
    """Prepare, publish, postpone, drop."""
    actor, now = actor_of(request), timezone.now()
    told = told_in(request, "words", "due_on", "dataset", "ground")
    return act(
        request,
        lambda: operations.move_entry(
            actor=actor,
            pk=pk,
            name=name,
            now=now,
            words=told["words"],
            due_on=day_in(told["due_on"]),
            dataset=told["dataset"],
            ground=told["ground"],
        ),
        done=_("已办理。"),
        to=lambda _made: reverse("participation:plan-entry", args=[pk]),
        again=lambda complaint: _page(request, pk, told=told, complaint=complaint),
    )


@require_POST
@role_required(Role.STEWARD)
def link(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Say which entry of the catalogue it is."""
    actor, now, told = actor_of(request), timezone.now(), told_in(request, "code")
    return act(
        request,
        lambda: operations.link_entry(actor=actor, pk=pk, code=told["code"], now=now),
        done=_("已对应到目录条目；数据集发布后自动办结。"),
        to=lambda _made: reverse("participation:plan-entry", args=[pk]),
        again=lambda complaint: _page(request, pk, told=told, complaint=complaint),
    )


def _page(
    request: HttpRequest, pk: uuid.UUID, *, told: dict[str, str] | None = None, complaint: str = ""
) -> HttpResponse:
    row = found(lambda: queries.plan_entry(pk))
    page = pages.entry_page(actor_of(request), row, now=timezone.now(), told=told, complaint=complaint)
    return render(request, "participation/plan_entry.html", {"page": page})


def _form(request: HttpRequest, told: dict[str, str], complaint: str = "") -> HttpResponse:
    page = pages.new_entry_page(actor_of(request), told, now=timezone.now(), complaint=complaint)
    return render(request, "participation/plan_new.html", {"page": page})
