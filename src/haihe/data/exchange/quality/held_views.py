"""Pages of held runs: a steward says what the columns are, or whether odd content is right."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import NotPermitted, Role, actor_of, role_required
from haihe.data.exchange.quality import queries
from haihe.data.exchange.quality.held_pages import held_page, mappings_page
from haihe.data.exchange.quality.operations import deciding
from haihe.data.exchange.reasons import FileRefused
from haihe.kernel.keyring import KeyringError

_SEEN_BY: Final = (Role.STEWARD, Role.APPROVER, Role.OPERATOR)
_MOST_WORDS: Final = 300


@never_cache
@require_safe
@role_required(*_SEEN_BY)
def held(request: HttpRequest, pk: UUID) -> HttpResponse:
    page = held_page(actor_of(request), pk, now=timezone.now())
    return render(request, "exchange/quality/held.html", {"page": page})


@never_cache
@require_POST
@role_required(Role.STEWARD)
def accept_columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take what the steward says the columns are, and go on."""
    actor, chosen = actor_of(request), dict[str, str]()
    try:
        titles = queries.look_of(queries.held_report(actor, pk).run).titles
        chosen = {title: request.POST.get(f"column-{place}", "") for place, title in enumerate(titles)}
        deciding.accept_columns(actor, pk, chosen, now=timezone.now())
    except (queries.NotHeld, NotPermitted):
        raise Http404 from None
    except deciding.MappingRefused as refused:
        told = {"columns": "、".join(refused.titles)}
        words = _("每一列只能对应一次：%(columns)s。") if refused.twice else _("还缺少必需的列：%(columns)s。")
        page = held_page(actor, pk, now=timezone.now(), chosen=chosen, complaint=words % told)
        return render(request, "exchange/quality/held.html", {"page": page}, status=422)
    except (FileRefused, KeyringError, OSError):
        messages.error(request, _("收到的文件已损坏或被移走，请决定不采用，再重新报送。"))
        return redirect("exchange:quality-held", pk)
    messages.success(request, _("列的对应已确认，文件继续处理；同样的文件下次直接读入。"))
    return redirect("exchange:run", pk)


@require_POST
@role_required(Role.STEWARD)
def accept_content(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor, words = actor_of(request), _words(request)
    _decided(lambda: deciding.accept_content(actor, pk, words, now=timezone.now()))
    messages.success(request, _("已决定采用，文件继续处理。"))
    return redirect("exchange:run", pk)


@require_POST
@role_required(Role.STEWARD)
def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor, words = actor_of(request), _words(request)
    _decided(lambda: deciding.refuse_held(actor, pk, words, now=timezone.now()))
    messages.success(request, _("已决定不采用，上一份数据继续服务。"))
    return redirect("exchange:run", pk)


@never_cache
@require_safe
@role_required(*_SEEN_BY)
def mappings(request: HttpRequest, resource: str) -> HttpResponse:
    return render(request, "exchange/quality/mappings.html", {"page": mappings_page(actor_of(request), resource)})


def _words(request: HttpRequest) -> str:
    return request.POST.get("words", "").replace("\x00", "").strip()[:_MOST_WORDS]


def _decided(act: Callable[[], None]) -> None:
    try:
        act()
    except (queries.NotHeld, NotPermitted):
        raise Http404 from None
