"""The law's clocks, and what the city and its departments promise beyond them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from haihe.base.accounts.api import NotPermitted, actor_of, role_required
from haihe.data.sharing import operations
from haihe.data.sharing.errors import SharingError
from haihe.data.sharing.forms import ClockForm
from haihe.data.sharing.queries.clocks import may_promise_for, promises
from haihe.data.sharing.views.answering import READERS


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*READERS)
def clocks(request: HttpRequest) -> HttpResponse:
    """Read all promises; who heads a department or the data centre sets their own."""
    actor = actor_of(request)
    owners = sorted(may_promise_for(actor))
    form = ClockForm(request.POST or None, owners=owners) if owners else None
    if request.method == "POST" and form is None:
        raise NotPermitted("set_clock")
    if form is not None and form.is_valid():
        try:
            operations.set_clock(actor=actor, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("已生效，对此后开始计时的事项适用。"))
            return redirect("sharing:clocks")
        except SharingError as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    context = {"promises": promises(), "form": form}
    return render(request, "sharing/clocks.html", context, status=422 if request.method == "POST" else 200)
