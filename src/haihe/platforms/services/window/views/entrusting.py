"""What a department entrusts to counters of halls: its approvers see to it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from haihe.base.accounts.api import NotPermitted, Role, actor_of, role_required
from haihe.platforms.services.window import entrusted, operations
from haihe.platforms.services.window.errors import InputRefused, NotFound


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.APPROVER)
def entrusting(request: HttpRequest) -> HttpResponse:
    complaint = ""
    if request.method == "POST":
        try:
            operations.entrust(
                actor=actor_of(request),
                authority=request.POST.get("authority", "")[:12],
                organisation=request.POST.get("organisation", "")[:12],
                item=request.POST.get("item", "")[:64],
                basis=request.POST.get("basis", "").replace("\x00", ""),
                now=timezone.now(),
            )
        except NotPermitted as refused:
            raise Http404 from refused
        except InputRefused as refused:
            complaint = refused.message
        else:
            messages.success(request, _("已委托。大厅的综合窗口从现在起可以当场受理。"))
            return redirect("window:entrusting")
    page = entrusted.page_for(actor_of(request), now=timezone.now())
    context = {"page": page, "complaint": complaint, "typed": request.POST}
    return render(request, "window/entrusting.html", context, status=422 if complaint else 200)


@require_POST
@role_required(Role.APPROVER)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        operations.take_back(actor=actor_of(request), pk=pk, now=timezone.now())
    except NotFound as missing:
        raise Http404 from missing
    messages.success(request, _("已收回。已经受理的办件不受影响。"))
    return redirect("window:entrusting")
