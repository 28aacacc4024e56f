"""Pages of the nodes: all links at a glance, one node, a new one; and the address where nodes join."""

from uuid import UUID

import msgspec
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Actor, Role, actor_of, role_required
from haihe.data.exchange import queries as exchange_queries
from haihe.data.exchange.nodes import hub_certificate, operations, pages, queries
from haihe.data.exchange.nodes.errors import InputRefused, NotFound
from haihe.data.exchange.nodes.forms import WAYS, FeedForm, PlanForm, settings_form
from haihe.data.exchange.nodes.models import Node
from haihe.data.exchange.nodes.operations.inviting import Invitation
from haihe.data.exchange.nodes.wire import JoinRequest
from haihe.data.exchange.ownership import owner_of
from haihe.data.exchange.rules import RegisterSchema
from haihe.kernel.problems import MEDIA_TYPE, Problem

PAGE_ROWS = 20
_SEEN_BY = (Role.STEWARD, Role.APPROVER, Role.OPERATOR)
_MOST_BYTES = 16 * 1024
_LOOPBACK = ("127.0.0.1", "::1")


@never_cache
@require_safe
@role_required(*_SEEN_BY)
def links(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    found = pages.links_of(list(queries.visible_nodes(actor)), now=timezone.now())
    is_operator = actor.has(Role.OPERATOR)
    hub_ends_at = hub_certificate.ends_at() if is_operator else None
    page = pages.LinksPage(found, pages.tree_of(found), may_plan=is_operator, hub_ends_at=hub_ends_at)
    return render(request, "nodes/links.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OPERATOR)
def plan(request: HttpRequest) -> HttpResponse:
    form, complaint = PlanForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            invitation = operations.plan_node(actor=actor_of(request), plan=form.plan(), now=timezone.now())
        except InputRefused as refused:
            complaint = str(refused)
        else:
            return _told_once(request, invitation)
    page = pages.PlanPage(form, complaint)
    return render(request, "nodes/plan.html", {"page": page}, status=422 if request.method == "POST" else 200)


@never_cache
@require_safe
@role_required(*_SEEN_BY)
def node(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "nodes/node.html", {"page": _page(request, name)})


@require_POST
@role_required(Role.OPERATOR)
def invite(request: HttpRequest, name: str) -> HttpResponse:
    try:
        invitation = operations.invite(actor=actor_of(request), name=name, now=timezone.now())
    except NotFound:
        raise Http404 from None
    return _told_once(request, invitation)


@require_POST
@role_required(Role.OPERATOR)
def revoke(request: HttpRequest, name: str) -> HttpResponse:
    reason = request.POST.get("reason", "")
    try:
        operations.revoke(actor=actor_of(request), name=name, reason=reason, now=timezone.now())
    except NotFound:
        raise Http404 from None
    except InputRefused as refused:
        page = _page(request, name, complaint=str(refused))
        return render(request, "nodes/node.html", {"page": page}, status=422)
    messages.success(request, _("已吊销，几秒内断开。"))
    return redirect("exchange:nodes:node", name)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OPERATOR)
def order(request: HttpRequest, name: str, way: str) -> HttpResponse:
    if way not in WAYS:
        raise Http404
    actor, told, complaint = actor_of(request), request.POST or None, ""
    found = _visible(actor, name)
    form, settings = FeedForm(told, registers=_registers_of(actor, found)), settings_form(way, told)
    if form.is_valid() and settings.is_valid():
        try:
            operations.order_feed(
                actor=actor,
                node=name,
                resource=form.cleaned_data["resource"],
                connector=way,
                settings=settings.settings,
                every_s=form.cleaned_data["every_minutes"] * 60,
                connection=form.cleaned_data["connection"],
                now=timezone.now(),
            )
        except InputRefused as refused:
            complaint = str(refused)
        else:
            messages.success(request, _("已下达，前置机连通后几秒内生效。"))
            return redirect("exchange:nodes:node", name)
    page = pages.OrderPage(found, WAYS[way], form, settings, complaint)
    return render(request, "nodes/order.html", {"page": page}, status=422 if request.method == "POST" else 200)


@require_POST
@role_required(Role.OPERATOR)
def stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        name = operations.stop_feed(actor=actor_of(request), feed_id=pk, now=timezone.now())
    except NotFound:
        raise Http404 from None
    messages.success(request, _("已停止。"))
    return redirect("exchange:nodes:node", name)


@require_POST
@role_required(Role.STEWARD, Role.OPERATOR)
def anew(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        name = operations.fetch_anew(actor=actor_of(request), feed_id=pk, now=timezone.now())
    except NotFound:
        raise Http404 from None
    messages.success(request, _("已要求重新取数，前置机连通后几秒内开始；结果见传输记录。"))
    return redirect("exchange:nodes:node", name)


@csrf_exempt
@require_POST
def join(request: HttpRequest) -> HttpResponse:
    """Let a node in that shows a code. The code is all it has: no session, no cookie, and TLS unless it is here."""
    if not request.is_secure() and request.META.get("REMOTE_ADDR") not in _LOOPBACK:
        return _refused("tls-required")
    try:
        asked = msgspec.json.decode(request.read(_MOST_BYTES), type=JoinRequest)
        welcome = operations.join(asked, now=timezone.now())
    except msgspec.DecodeError:
        return _refused("malformed-request")
    except operations.CodeRefused:
        return _refused("credentials-invalid", "接入码无效或已经过期，请向大数据中心重新索取。")
    answer = HttpResponse(msgspec.json.encode(welcome), content_type="application/json")
    answer["Cache-Control"] = "no-store"
    return answer


def _told_once(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Show a code, this once: it is kept as a hash only."""
    centre = request.build_absolute_uri("/").rstrip("/")
    answer = render(request, "nodes/invited.html", {"page": invitation, "centre": centre})
    answer["Cache-Control"] = "no-store"
    return answer


def _visible(actor: Actor, name: str) -> Node:
    found = queries.node_of(actor, name)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, name: str, *, complaint: str = "") -> pages.NodePage:
    actor, now = actor_of(request), timezone.now()
    found = _visible(actor, name)
    return pages.node_page(
        found,
        transfers=Paginator(found.transfers.select_related("feed"), PAGE_ROWS).get_page(request.GET.get("page")),
        may_manage=actor.has(Role.OPERATOR),
        may_fetch_anew=operations.may_fetch_anew(actor, found),
        complaint=complaint,
        now=now,
    )


def _registers_of(actor: Actor, found: Node) -> list[RegisterSchema]:
    registers = exchange_queries.visible_registers(actor)
    return [each for each in registers if owner_of(each.resource) == found.organisation]


def _refused(slug: str, detail: str | None = None) -> HttpResponse:
    problem = Problem.of(slug, detail=detail)
    return HttpResponse(problem.to_json(), content_type=MEDIA_TYPE, status=problem.status)
