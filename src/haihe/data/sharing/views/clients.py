"""Systems of a department. A secret is shown once, in the answer to the request that made it, and kept by nobody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.data.sharing import operations, pages
from haihe.data.sharing.errors import SharingError
from haihe.data.sharing.forms import ClientForm
from haihe.data.sharing.queries import access
from haihe.data.sharing.views.answering import MOVERS, READERS, attempt, or_404


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = ClientForm(request.POST or None, organisations=sorted(actor.organisations(Role.STEWARD)))
    if request.method == "POST" and form.is_valid():
        try:
            issued = operations.register_client(actor=actor, now=timezone.now(), **form.cleaned_data)
            return _with_secret(request, issued)
        except SharingError as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    return render(request, "sharing/client_new.html", {"form": form}, status=422 if request.method == "POST" else 200)


@never_cache
@require_safe
@role_required(*READERS)
def show(request: HttpRequest, client_id: str) -> HttpResponse:
    actor = actor_of(request)
    row = or_404(lambda: access.client_for(actor, client_id))
    return render(request, "sharing/client.html", {"page": pages.client_page(actor, row)})


@never_cache
@require_POST
@role_required(Role.STEWARD)
def rotate(request: HttpRequest, client_id: str) -> HttpResponse:
    actor = actor_of(request)
    issued = or_404(lambda: operations.rotate_secret(actor=actor, client_id=client_id, now=timezone.now()))
    return _with_secret(request, issued)


@require_POST
@role_required(*MOVERS)
def switch(request: HttpRequest, client_id: str) -> HttpResponse:
    actor = actor_of(request)
    act = operations.enable_client if request.POST.get("enabled") == "1" else operations.disable_client
    # A second click finds the state as it wanted it; the page shows that well enough.
    attempt(request, lambda: act(actor=actor, client_id=client_id, now=timezone.now()))
    return redirect("sharing:client", client_id=client_id)


def _with_secret(request: HttpRequest, issued: operations.IssuedSecret) -> HttpResponse:
    actor = actor_of(request)
    row = or_404(lambda: access.client_for(actor, issued.client_id))
    return render(request, "sharing/client.html", {"page": pages.client_page(actor, row, secret=issued.secret)})
