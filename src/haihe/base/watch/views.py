"""Pages of alerts: what is out of bounds, who sees to it, and where the limits lie."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.base.watch import operations, pages, queries
from haihe.base.watch.forms import LimitsForm
from haihe.base.watch.judging import Limits
from haihe.base.watch.models import Alert

READERS = (Role.STEWARD, Role.APPROVER, Role.OPERATOR, Role.AUDITOR)
MOVERS = (Role.STEWARD, Role.APPROVER, Role.OPERATOR)
PAGE_ROWS = 20


@never_cache
@require_safe
@role_required(*READERS)
def alerts(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    rows = Paginator(queries.closed_alerts(actor, now=now), PAGE_ROWS).get_page(request.GET.get("page"))
    page = pages.AlertsPage(
        open=[pages.line(row) for row in queries.open_alerts(actor)],
        closed=[pages.line(row) for row in rows],
        rows=rows,
        may_set=actor.has(Role.OPERATOR),
    )
    return render(request, "watch/alerts.html", {"page": page})


@never_cache
@require_safe
@role_required(*READERS)
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    return render(request, "watch/alert.html", {"page": pages.alert_page(actor, _visible(request, pk))})


@require_POST
@role_required(*MOVERS)
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    try:
        operations.acknowledge(actor=actor, alert_id=pk, words=request.POST.get("words", ""), now=timezone.now())
    except operations.NotFound:
        raise Http404 from None
    except operations.Refused as refused:
        page = pages.alert_page(actor, _visible(request, pk), complaint=str(refused))
        return render(request, "watch/alert.html", {"page": page}, status=422)
    messages.success(request, _("已办理。"))
    return redirect("watch:alert", pk=pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OPERATOR)
def rules(request: HttpRequest) -> HttpResponse:
    """Show the limits that count; the data centre sets others."""
    form = LimitsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            operations.set_limits(
                actor=actor_of(request),
                rule=told["rule"],
                limits=Limits(told["opens"], told["closes"], told["minutes"]),
                enabled=told["enabled"],
                reason=told["reason"],
                now=timezone.now(),
            )
        except operations.Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已办理。"))
            return redirect("watch:rules")
    context = {"form": form, "rules": pages.rule_lines(queries.rules_in_force())}
    return render(request, "watch/rules.html", context, status=422 if request.method == "POST" else 200)


def _visible(request: HttpRequest, pk: int) -> Alert:
    row = queries.visible_alerts(actor_of(request)).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
