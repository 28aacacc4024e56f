"""What leaves the house, for the data centre: how each way stands, and what waits for a decision."""

from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import Role, role_required
from haihe.base.notices import sending
from haihe.base.notices.carriers import Channel, open_channels
from haihe.base.notices.models import STUCK, Sending, SendingState
from haihe.base.notices.tasks import send_soon

_PAGE_ROWS: Final = 20
_DAY: Final = timedelta(days=1)


@never_cache
@require_safe
@role_required(Role.OPERATOR)
def sendings(request: HttpRequest) -> HttpResponse:
    stuck = Sending.objects.filter(state__in=STUCK)
    page = Paginator(stuck, _PAGE_ROWS).get_page(request.GET.get("page"))
    now = timezone.now()
    counted = (
        Sending.objects.order_by()
        .values_list("channel")
        .annotate(
            waiting=Count("pk", filter=Q(state__in=(SendingState.WAITING, SendingState.SENDING))),
            sent=Count("pk", filter=Q(state=SendingState.SENT, finished_at__gt=now - _DAY)),
        )
    )
    figures = {channel: (waiting, sent) for channel, waiting, sent in counted}
    ways = [(one.label, one in open_channels(), *figures.get(one.value, (0, 0))) for one in Channel]
    return render(request, "notices/sendings.html", {"page": page, "ways": ways})


@never_cache
@require_POST
@role_required(Role.OPERATOR)
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Send one again, or let it rest."""
    decisions = {"again": sending.send_again, "give-up": sending.give_up}
    row = Sending.objects.filter(pk=pk).first()
    if name not in decisions or row is None:
        raise Http404
    if decisions[name](pk, now=timezone.now()):
        messages.success(request, _("已办理。"))
        if row.channel in open_channels():
            send_soon(row.channel)
    else:
        messages.info(request, _("状态已经变化，请看最新情况。"))
    return redirect("notices:sendings")
