"""Halls and counters: created, changed and closed by the data centre, or by the body that runs them."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Actor, NotPermitted, Role, actor_of, role_required
from haihe.platforms.services.window import managed, operations, queries
from haihe.platforms.services.window.errors import NotFound, WindowError
from haihe.platforms.services.window.models import Hall


@never_cache
@require_safe
@role_required(Role.OPERATOR, Role.APPROVER)
def manage(request: HttpRequest) -> HttpResponse:
    return render(request, "window/manage.html", {"halls": managed.halls_of(actor_of(request))})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OPERATOR, Role.APPROVER)
def new_hall(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if request.method != "POST":
        return _page(request, None)
    try:
        hall = operations.create_hall(
            actor=actor,
            slug=request.POST.get("slug", "").strip()[:48],
            facts=managed.read_facts(request.POST),
            now=timezone.now(),
        )
    except NotPermitted:
        return _page(request, None, complaint=_("请选择管理大厅的单位。"))
    except WindowError as refused:
        return _page(request, None, complaint=refused.message)
    messages.success(request, _("大厅已建好。接着设置窗口，再到“大厅管理”排班。"))
    return redirect("window:manage-hall", hall.slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OPERATOR, Role.APPROVER)
def manage_hall(request: HttpRequest, slug: str) -> HttpResponse:
    hall, actor = _hall_or_404(request, slug), actor_of(request)
    if request.method != "POST":
        return _page(request, hall)
    try:
        cancelled = operations.change_hall(
            actor=actor, slug=slug, facts=managed.read_facts(request.POST), now=timezone.now()
        )
    except NotPermitted:
        return _page(request, hall, complaint=_("请选择管理大厅的单位。"))
    except WindowError as refused:
        return _page(request, hall, complaint=refused.message)
    _say(request, cancelled)
    return redirect("window:manage-hall", slug)


@require_POST
@role_required(Role.OPERATOR, Role.APPROVER)
def close_hall(request: HttpRequest, slug: str) -> HttpResponse:
    return _done(request, slug, lambda actor: operations.close_hall(actor=actor, slug=slug, now=timezone.now()))


@require_POST
@role_required(Role.OPERATOR, Role.APPROVER)
def reopen_hall(request: HttpRequest, slug: str) -> HttpResponse:
    return _done(request, slug, lambda actor: operations.reopen_hall(actor=actor, slug=slug, now=timezone.now()))


@require_POST
@role_required(Role.OPERATOR, Role.APPROVER)
def set_counter(request: HttpRequest, slug: str) -> HttpResponse:
    authorities = frozenset(code[:12] for code in request.POST.getlist("authorities")[:60] if code)

    def change(actor: Actor) -> object:
        return operations.set_counter(
            actor=actor,
            slug=slug,
            number=managed.number(request.POST.get("number", "")),
            authorities=authorities,
            is_in_use=request.POST.get("is_in_use") == "on",
            now=timezone.now(),
        )

    return _done(request, slug, change)


def _done(request: HttpRequest, slug: str, act: Callable[[Actor], object]) -> HttpResponse:
    try:
        told = act(actor_of(request))
    except NotFound as missing:
        raise Http404 from missing
    except WindowError as refused:
        messages.error(request, refused.message)
    else:
        _say(request, told if isinstance(told, int) else 0)
    return redirect("window:manage-hall", slug)


def _say(request: HttpRequest, cancelled: int) -> None:
    if cancelled:
        messages.warning(request, _("已保存。取消了 %(n)s 个不再合适的预约，并通知了本人。") % {"n": cancelled})
    else:
        messages.success(request, _("已保存。"))


def _page(request: HttpRequest, hall: Hall | None, *, complaint: str = "") -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    page = managed.page_for(actor_of(request), hall, posted)
    context = {"page": page, "complaint": complaint}
    return render(request, "window/manage_hall.html", context, status=422 if complaint else 200)


def _hall_or_404(request: HttpRequest, slug: str) -> Hall:
    found = queries.manageable(actor_of(request)).filter(slug=slug).first()
    if found is None:
        raise Http404
    return found
