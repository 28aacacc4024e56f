"""Webhooks: addresses of one's programs, and the log of what was sent to them."""

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Actor, actor_of, role_required
from haihe.data.following import operations, queries
from haihe.data.following.errors import InputRefused, NotFound
from haihe.data.following.tasks import send_soon
from haihe.data.following.telling import why_told

_PAGE_ROWS: Final = 30
type _Act = Callable[[Actor, UUID], str]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required()
def webhooks(request: HttpRequest) -> HttpResponse:
    """List one's addresses; add one. The secret stands in that one answer."""
    actor, typed = actor_of(request), request.POST.get("url", "")
    told: dict[str, object] = {"typed": typed}
    status = 200
    if request.method == "POST":
        try:
            row, secret = operations.add_webhook(actor=actor, url=typed, now=timezone.now())
            return _page(request, row.pk, secret)
        except InputRefused as wrong:
            told["complaint"], status = wrong.message, 422
    told["rows"] = list(queries.webhooks_of(actor))
    return render(request, "following/webhooks.html", told, status=status)


@never_cache
@require_safe
@role_required()
def webhook(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, pk)


@never_cache
@require_POST
@role_required()
def secret(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give it a new secret, which stands in this one answer."""
    try:
        row, told = operations.new_secret(actor=actor_of(request), webhook_id=pk)
    except NotFound:
        raise Http404 from None
    return _page(request, row.pk, told)


@require_POST
@role_required()
def act(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """Try it, stop it, let it begin again, drop it."""
    if name not in _ACTS:
        raise Http404
    try:
        messages.success(request, _ACTS[name](actor_of(request), pk))
    except NotFound:
        raise Http404 from None
    except InputRefused as wrong:
        messages.error(request, wrong.message)
    return redirect("following:webhooks") if name == "drop" else redirect("following:webhook", pk=pk)


def _page(request: HttpRequest, pk: UUID, secret: str = "") -> HttpResponse:
    row = queries.webhooks_of(actor_of(request)).filter(pk=pk).first()
    if row is None:
        raise Http404
    log = Paginator(row.deliveries.select_related("happening"), _PAGE_ROWS).get_page(request.GET.get("page"))
    told = {
        "row": row,
        "stopped_why": why_told(row.stopped_why),
        "log": log,
        "entries": [(one, why_told(one.error)) for one in log],
        "secret": secret,
    }
    return render(request, "following/webhook.html", told)


def _test(actor: Actor, pk: UUID) -> str:
    operations.test_webhook(actor=actor, webhook_id=pk, now=timezone.now())
    send_soon()
    return _("测试消息已发出，几秒后刷新本页看结果。")


def _stop(actor: Actor, pk: UUID) -> str:
    operations.stop(actor=actor, webhook_id=pk, now=timezone.now())
    return _("已停止推送。")


def _restart(actor: Actor, pk: UUID) -> str:
    operations.restart(actor=actor, webhook_id=pk, now=timezone.now())
    send_soon()
    return _("已恢复推送，没有送到的会再送一次。")


def _drop(actor: Actor, pk: UUID) -> str:
    operations.drop_webhook(actor=actor, webhook_id=pk)
    return _("已删除。")


_ACTS: Final[Mapping[str, _Act]] = {"test": _test, "stop": _stop, "restart": _restart, "drop": _drop}
