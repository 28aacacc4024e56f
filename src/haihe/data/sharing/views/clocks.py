"""The law's clocks, and what the city and its departments promise beyond them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from haihe.base.accounts.api import Actor, NotPermitted, Role, actor_of, role_required
from haihe.base.history.api import clause_told
from haihe.data.sharing import operations
from haihe.data.sharing.errors import SharingError
from haihe.data.sharing.forms import ClockForm
from haihe.data.sharing.models.usage import RETENTION_CLAUSE, RETENTION_FLOOR_MONTHS
from haihe.data.sharing.queries.clocks import may_promise_for, promises
from haihe.data.sharing.queries.usage import retention_months, retentions
from haihe.data.sharing.usage_forms import RetentionForm
from haihe.data.sharing.views.answering import READERS


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*READERS)
def clocks(request: HttpRequest) -> HttpResponse:
    """Read all promises; who heads a department or the data centre sets their own."""
    actor = actor_of(request)
    form = _clock_form(actor, request.POST or None)
    if request.method == "POST" and form is None:
        raise NotPermitted("set_clock")
    if form is not None and form.is_valid():
        try:
            operations.set_clock(actor=actor, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("已生效，对此后开始计时的事项适用。"))
            return redirect("sharing:clocks")
        except SharingError as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    return _page(request, form, _retention_form(actor))


@never_cache
@require_POST
@role_required(*READERS)
def retention(request: HttpRequest) -> HttpResponse:
    """Let the data centre say how long records of use are kept."""
    actor = actor_of(request)
    form = _retention_form(actor, request.POST)
    if form is None:
        raise NotPermitted("set_retention")
    if form.is_valid():
        months, why = form.cleaned_data["months"], form.cleaned_data["why"]
        try:
            operations.set_retention(actor=actor, months=months, reason=why, now=timezone.now())
            messages.success(request, _("已生效，对已有的和此后的使用记录都适用。"))
            return redirect("sharing:clocks")
        except SharingError as refused:
            form.add_error("months" if refused.field == "months" else "why", refused.message)
    return _page(request, _clock_form(actor), form)


def _clock_form(actor: Actor, posted: QueryDict | None = None) -> ClockForm | None:
    owners = sorted(may_promise_for(actor))
    return ClockForm(posted, owners=owners) if owners else None


def _retention_form(actor: Actor, posted: QueryDict | None = None) -> RetentionForm | None:
    if not actor.has(Role.OPERATOR):
        return None
    return RetentionForm(posted, initial={"months": retention_months()})


def _page(request: HttpRequest, form: ClockForm | None, retention_form: RetentionForm | None) -> HttpResponse:
    kept = retentions()
    context = {
        "promises": promises(),
        "form": form,
        "months": kept[0].months if kept else RETENTION_FLOOR_MONTHS,
        "retention_clause": clause_told(RETENTION_CLAUSE),
        "retentions": kept,
        "retention_form": retention_form,
    }
    return render(request, "sharing/clocks.html", context, status=422 if request.method == "POST" else 200)
