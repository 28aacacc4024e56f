"""Pages of returned rejects: what was sent back, and what of it is right by now."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import NotPermitted, Role, actor_of, role_required
from haihe.data.exchange.lake import SnapshotDamaged
from haihe.data.exchange.quality import queries, rulebook
from haihe.data.exchange.quality.carriage_pages import told_carriage
from haihe.data.exchange.quality.models import RejectReturn
from haihe.data.exchange.quality.operations import carrying, returning
from haihe.data.exchange.quality.tasks import carry_rejects_now
from haihe.kernel.workflow import ForbiddenMove

_SEEN_BY: Final = (Role.STEWARD, Role.APPROVER, Role.OPERATOR)
_PAGE_ROWS: Final = 20
_MOST_WORDS: Final = 300


@never_cache
@require_safe
@role_required(*_SEEN_BY)
def returns(request: HttpRequest) -> HttpResponse:
    rows = Paginator(queries.visible_returns(actor_of(request)), _PAGE_ROWS).get_page(request.GET.get("page"))
    titles = {code: schema.title for code, schema in rulebook.rules_of_all().items()}
    shown = [(row, titles.get(row.resource, row.resource)) for row in rows]
    return render(request, "exchange/quality/returns.html", {"rows": rows, "shown": shown})


@never_cache
@require_safe
@role_required(*_SEEN_BY)
def returned(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _shown(request, pk)


@require_POST
@role_required(Role.STEWARD)
def send(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        returning.send_back(actor_of(request), pk, now=timezone.now())
    except NotPermitted:
        raise Http404 from None
    except returning.NothingToReturn:
        messages.error(request, _("没有可以返还改正的行，或者已经返还过。"))
        return redirect("exchange:run", pk)
    except SnapshotDamaged:
        messages.error(request, _("退回行文件已损坏或被移走，请联系大数据中心。"))
        return redirect("exchange:run", pk)
    messages.success(request, _("退回行已返还；后来的报送含有改正的行时自动了结。"))
    return redirect("exchange:quality-return", pk)


@never_cache
@require_POST
@role_required(Role.STEWARD)
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    words = request.POST.get("words", "").replace("\x00", "").strip()[:_MOST_WORDS]
    if not words:
        return _shown(request, pk, complaint=_("请写明为什么不用等改正。"))
    try:
        returning.close_return(actor_of(request), pk, words, now=timezone.now())
    except (NotPermitted, returning.NoSuchReturn):
        raise Http404 from None
    messages.success(request, _("已了结。"))
    return redirect("exchange:quality-return", pk)


@require_POST
@role_required(Role.STEWARD)
def carry_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        carrying.try_again(actor_of(request), pk, now=timezone.now())
    except NotPermitted:
        raise Http404 from None
    except ForbiddenMove:
        messages.error(request, _("这份退回行不用再送：正在送，或者已经送到。"))
    else:
        carry_rejects_now.defer()
        messages.success(request, _("已安排再送一次。"))
    return redirect("exchange:quality-return", pk)


def _shown(request: HttpRequest, pk: UUID, complaint: str = "") -> HttpResponse:
    actor = actor_of(request)
    row: RejectReturn | None = queries.visible_returns(actor).filter(run_id=pk).first()
    if row is None:
        raise Http404
    context = {
        "row": row,
        "title": rulebook.rules_of_run(row.run).title,
        "open": row.rows - row.settled,
        "unkeyed": row.rows - row.keyed,
        "may_close": row.state == "SENT" and queries.may_keep(actor, row.resource),
        "may_take": queries.may_take(actor, row.resource),
        "complaint": complaint,
        "carriage": told_carriage(row, may_keep=queries.may_keep(actor, row.resource)),
    }
    return render(request, "exchange/quality/return.html", context, status=422 if complaint else 200)
