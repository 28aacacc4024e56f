"""Pages of delivery: for stewards of the consumer, who set it up, its owner's people, who look on, and operators."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Actor, NotPermitted, Role, actor_of, role_required
from haihe.data.exchange.delivery import granting, queries
from haihe.data.exchange.delivery.forms import FORMS, PlanForm
from haihe.data.exchange.delivery.models import DataDelivery, DeliveryState, TargetKind
from haihe.data.exchange.delivery.operations import delivering, following, planning
from haihe.data.exchange.delivery.pages import (
    DeliveriesPage,
    DeliveryPage,
    HeldPlan,
    PlanPage,
    TargetPage,
    TargetRow,
    events_of,
)
from haihe.data.exchange.delivery.ports import KEY, Fault
from haihe.data.exchange.delivery.secrets import SettingsRefused
from haihe.data.exchange.delivery.tasks import deliver_now
from haihe.data.exchange.delivery.wording import FAULTS
from haihe.data.exchange.nodes import api as nodes
from haihe.data.exchange.rules import NoRules, RegisterSchema, rules_of
from haihe.data.sharing import api as sharing
from haihe.kernel.workflow import ForbiddenMove

_SEEN_BY: Final = (Role.STEWARD, Role.APPROVER, Role.OPERATOR)
_PAGE_ROWS: Final = 20
_BAD: Final = 422
_AT_NODES: Final = (TargetKind.NODE_TABLE, TargetKind.NODE_FOLDER)


@never_cache
@require_safe
@role_required(*_SEEN_BY)
def deliveries(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    rows = Paginator(queries.visible_deliveries(actor), _PAGE_ROWS).get_page(request.GET.get("page"))
    shown = [(row, _title_of(row.plan.resource)) for row in rows]
    may_plan = bool(actor.organisations(Role.STEWARD))
    used = queries.resources_by_target(actor)
    targets = [
        TargetRow(target, _title_of(used[target.pk]) if target.pk in used else "")
        for target in queries.visible_targets(actor)[:_PAGE_ROWS]
    ]
    page = DeliveriesPage(rows, shown, targets, may_plan, _held_plans(actor))
    return render(request, "exchange/delivery/list.html", {"page": page})


@never_cache
@require_safe
@role_required(*_SEEN_BY)
def delivery(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    row = _visible(actor, pk)
    schema = _schema_of(row.plan.resource)
    titles = {column.field: column.title for column in schema.columns} if schema else {}
    titles[KEY] = _("行的编号：只有这项授权认得，不是姓名或证件号码")
    page = DeliveryPage(
        row=row,
        title=_title_of(row.plan.resource),
        columns=[(name, titles.get(name, "")) for name in row.columns],
        fault=_(FAULTS[Fault(row.fault)]) if row.fault else "",
        events=events_of(row),
        may_try=row.state == DeliveryState.GIVEN_UP and _may_try(actor, row),
        held_up=_held_up(row),
        waits=row.state == DeliveryState.WAITING and following.waits_for_receipt(row),
    )
    return render(request, "exchange/delivery/delivery.html", {"page": page})


@never_cache
@require_safe
@role_required(*_SEEN_BY)
def receipt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send the receipt as it was signed, with its signature: whoever has the ledger's public key can check it."""
    row = _visible(actor_of(request), pk)
    if not row.receipt:
        raise Http404
    response = JsonResponse({"receipt": row.receipt, "signature": row.signature})
    response["Content-Disposition"] = f'attachment; filename="receipt-{row.number}.json"'
    return response


@require_POST
@role_required(Role.STEWARD, Role.OPERATOR)
def try_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    row = _visible(actor, pk)
    try:
        delivering.try_again(actor, row.pk, now=timezone.now())
    except NotPermitted:
        raise Http404 from None
    except ForbiddenMove:
        messages.error(request, _("这次交付的状态已经变了，请刷新页面。"))
    else:
        deliver_now.defer()
    return redirect("exchange:delivery", pk)


@require_POST
@role_required(Role.STEWARD)
def accept_renewal(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    if pk not in {plan.pk for plan in queries.held_plans(actor)}:
        raise Http404
    try:
        planning.accept_renewal(actor, pk, now=timezone.now())
    except NotPermitted:
        raise Http404 from None
    except planning.PlanRefused:
        messages.error(request, _("这项安排已经不在等待确认，请刷新页面。"))
    else:
        deliver_now.defer()
        messages.success(request, _("已按新授权继续：马上交付一次全部，以后每次更新自动交付。"))
    return redirect("exchange:delivery-list")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def new_target(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in FORMS:
        raise Http404
    actor, refusal = actor_of(request), ""
    form = FORMS[kind](request.POST or None, organisations=sorted(actor.organisations(Role.STEWARD)))
    if request.method == "POST" and form.is_valid():
        try:
            planning.add_target(
                actor,
                form.cleaned_data["organisation"],
                title=form.cleaned_data["title"],
                kind=kind,
                settings=form.settings_given(),
                secret=form.secret_given(),
                now=timezone.now(),
            )
        except SettingsRefused as refused:
            label = form.fields[refused.field].label if refused.field in form.fields else ""
            refusal = _("填写的内容不符合要求：%(field)s。") % {"field": label or _("设置")}
        else:
            messages.success(request, _("交付目标已登记。"))
            return redirect("exchange:delivery-list")
    if kind in _AT_NODES and not form.has_nodes:
        refusal = _("本部门还没有接入的前置机，请大数据中心新增并接入后再来登记。")
    page = TargetPage(form, kind, TargetKind(kind).label, refusal)
    return render(request, "exchange/delivery/target.html", {"page": page}, status=_status(request))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def new_plan(request: HttpRequest) -> HttpResponse:
    actor, refusal = actor_of(request), ""
    grants, targets = queries.deliverable_grants(actor), list(queries.free_targets(actor))
    form = PlanForm(request.POST or None, grants=grants, targets=targets)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            planning.add_plan(
                actor,
                grant_id=UUID(chosen["grant"]),
                target_id=UUID(chosen["target"]),
                changes=chosen["content"] == "changes",
                now=timezone.now(),
            )
        except planning.PlanRefused:
            refusal = _("授权已不能交付，或者目标已被占用，请重新选择。")
        else:
            deliver_now.defer()
            messages.success(request, _("已安排交付：有数据时立即交付，以后每次更新自动交付。"))
            return redirect("exchange:delivery-list")
    page = PlanPage(form, bool(grants), bool(targets), refusal)
    return render(request, "exchange/delivery/plan.html", {"page": page}, status=_status(request))


def _held_plans(actor: Actor) -> list[HeldPlan]:
    told = ((plan, granting.renewal_of(plan.grant), sharing.grant(plan.grant)) for plan in queries.held_plans(actor))
    return [
        HeldPlan(
            plan=plan,
            title=_title_of(plan.resource),
            renewal=renewal.id,
            more=_titles(plan.resource, set(renewal.fields) - set(before.fields)),
            less=_titles(plan.resource, set(before.fields) - set(renewal.fields)),
            may_accept=actor.has(Role.STEWARD, plan.organisation),
        )
        for plan, renewal, before in told
        if renewal and before
    ]


def _titles(resource: str, fields: set[str]) -> list[str]:
    schema = _schema_of(resource)
    titles = {column.field: column.title for column in schema.columns} if schema else {}
    return sorted(titles.get(name, name) for name in fields)


def _held_up(row: DataDelivery) -> str:
    """Say why a delivery isn't done yet that is on its way to a node, or there."""
    if row.state != DeliveryState.RECORDED or not row.plan.target.is_at_a_node:
        return ""
    state, trouble = nodes.trouble_with(row.number)
    if trouble:
        return _(FAULTS[Fault(trouble)]) if trouble in FAULTS else trouble
    if state == "WAITING":
        return _("等前置机的线路连通；加密保存在中心，连通后自动发出。")
    return _("前置机已收到，正在写入；写完读回后发回签名回执。") if state else ""


def _visible(actor: Actor, pk: UUID) -> DataDelivery:
    return get_object_or_404(queries.visible_deliveries(actor), pk=pk)


def _may_try(actor: Actor, row: DataDelivery) -> bool:
    return actor.has(Role.OPERATOR) or actor.has(Role.STEWARD, row.plan.organisation)


def _schema_of(resource: str) -> RegisterSchema | None:
    try:
        return rules_of(resource)
    except NoRules:
        return None


def _title_of(resource: str) -> str:
    schema = _schema_of(resource)
    return schema.title if schema else resource


def _status(request: HttpRequest) -> int:
    return _BAD if request.method == "POST" else 200
