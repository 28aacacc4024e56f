"""Trying a call by hand, as the department's systems will make it."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from haihe.base.accounts.api import Actor, Role, actor_of, role_required
from haihe.data.sharing import operations
from haihe.data.sharing.adapters.exchange import Exchange
from haihe.data.sharing.adapters.gateway import gateway_verifier
from haihe.data.sharing.demo.persons import persons
from haihe.data.sharing.errors import SharingError
from haihe.data.sharing.forms_trying import TryForm
from haihe.data.sharing.models import Service, ServiceKind
from haihe.data.sharing.pages_trying import try_page
from haihe.data.sharing.queries import access
from haihe.data.sharing.queries.trying import grants_to_try
from haihe.data.sharing.views.answering import or_404


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def call(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form; posted, ask once and show all that was sent and said."""
    actor = actor_of(request)
    row = or_404(lambda: access.service_for(actor, slug))
    if row.kind not in (ServiceKind.VERIFY, ServiceKind.QUERY):
        raise Http404
    form, exchange = _form(request, actor, row), None
    if form is not None and request.method == "POST" and form.is_valid():
        exchange = _attempt(actor, form)
    page = try_page(row, form, exchange, is_demo=settings.HAIHE.demo)
    status = 422 if request.method == "POST" and exchange is None else 200
    return render(request, "sharing/try.html", {"page": page}, status=status)


def _form(request: HttpRequest, actor: Actor, row: Service) -> TryForm | None:
    grants = list(grants_to_try(actor, row))
    if not grants:
        return None
    known = persons() if settings.HAIHE.demo else ()
    return TryForm(
        request.POST if request.method == "POST" else None,
        service=row,
        grants=grants,
        persons=[(person.id_number or "", person.name) for person in known],
        today=timezone.localdate(),
    )


def _attempt(actor: Actor, form: TryForm) -> Exchange | None:
    try:
        return operations.try_call(
            actor=actor,
            trial=form.trial(),
            verifier=gateway_verifier(),
            now=timezone.now(),
        )
    except SharingError as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return None
