"""Systems of a department and their keys. A secret is shown once, in the answer to the request that made it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.data.sharing import operations
from haihe.data.sharing.client_pages import client_page
from haihe.data.sharing.errors import NotFound, SharingError
from haihe.data.sharing.key_forms import KeyForm, RegisterForm
from haihe.data.sharing.queries import access
from haihe.data.sharing.queries.keys import ending_keys
from haihe.data.sharing.views.answering import MOVERS, READERS, attempt, or_404


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = RegisterForm(request.POST or None, organisations=sorted(actor.organisations(Role.STEWARD)))
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
    return render(request, "sharing/client.html", {"page": client_page(actor, row, now=timezone.now())})


@never_cache
@require_safe
@role_required(*READERS)
def ending(request: HttpRequest) -> HttpResponse:
    """List the keys that run out."""
    return render(request, "sharing/keys.html", {"keys": ending_keys(actor_of(request), now=timezone.now())})


@never_cache
@require_POST
@role_required(Role.STEWARD)
def rotate(request: HttpRequest, client_id: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    row = or_404(lambda: access.client_for(actor, client_id))
    form = KeyForm(request.POST)
    if form.is_valid():
        try:
            issued = operations.rotate_key(actor=actor, client_id=client_id, now=now, **form.cleaned_data)
            return _with_secret(request, issued)
        except NotFound:
            raise Http404 from None
        except SharingError as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    page = client_page(actor, row, now=now, form=form)
    return render(request, "sharing/client.html", {"page": page}, status=422)


@require_POST
@role_required(*MOVERS)
def end(request: HttpRequest, client_id: str, key_id: str) -> HttpResponse:
    actor = actor_of(request)
    # A second click finds the key ended as it wanted; the page shows that well enough.
    attempt(request, lambda: operations.end_key(actor=actor, client_id=client_id, key_id=key_id, now=timezone.now()))
    return redirect("sharing:client", client_id=client_id)


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
    page = client_page(actor, row, now=timezone.now(), issued=issued)
    return render(request, "sharing/client.html", {"page": page})
