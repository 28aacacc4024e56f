"""Trying a call by hand, as the department's systems will make it."""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from haihe.base.accounts.api import Actor, Role, actor_of, role_required
from haihe.data.sharing import operations
from haihe.data.sharing.adapters.exchange import Exchange, breaker_state
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
    make_form, exchange = _forms(actor, row), None
    form = make_form(request.POST if request.method == "POST" else None) if make_form else None
    if form is not None and request.method == "POST" and form.is_valid():
        exchange = _attempt(actor, form)
    following = None
    if make_form and form and exchange and exchange.cursor:
        following = make_form(None, initial=form.asked_again(exchange.cursor))
    page = try_page(
        row, form, exchange, is_demo=settings.HAIHE.demo, following=following, breaker=_breaker(row, exchange)
    )
    status = 422 if request.method == "POST" and exchange is None else 200
    return render(request, "sharing/try.html", {"page": page}, status=status)


def _forms(actor: Actor, row: Service) -> Callable[..., TryForm] | None:
    """Return what makes the form; None where there is no grant under which anything could be asked."""
    grants = list(grants_to_try(actor, row))
    if not grants:
        return None
    known = persons() if settings.HAIHE.demo else ()
    return partial(
        TryForm,
        service=row,
        grants=grants,
        persons=[(person.id_number or "", person.name) for person in known],
        today=timezone.localdate(),
    )


def _breaker(row: Service, exchange: Exchange | None) -> str:
    if exchange is None or row.kind != ServiceKind.PROXY:
        return ""
    return breaker_state(gateway_verifier(), row.slug)


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
