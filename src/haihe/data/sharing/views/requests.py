"""Asking for data, and the way of a request through both offices."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Actor, Role, actor_of, role_required
from haihe.data.sharing import operations, pages
from haihe.data.sharing.errors import AlreadyOpen, NotFound, PrecheckFailed, SharingError
from haihe.data.sharing.forms import RequestForm, initial_of
from haihe.data.sharing.models import Service, SharingRequest
from haihe.data.sharing.needs.prefilling import carried, prefilled
from haihe.data.sharing.queries import access
from haihe.data.sharing.queries.lists import services_to_ask
from haihe.data.sharing.views.answering import MOVERS, READERS, attempt, or_404, told
from haihe.data.sharing.views.lists import narrowed_by, page_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def new(request: HttpRequest) -> HttpResponse:
    """Choose a service, then fill in what art. 20 asks."""
    actor = actor_of(request)
    slug = request.GET.get("service", "").replace("\x00", "")
    if not slug:
        return _choose(request, actor)
    service = or_404(lambda: access.service_for(actor, slug))
    applicants = sorted(actor.organisations(Role.STEWARD) - {service.owner})
    if not applicants or not service.enabled:
        raise Http404
    filled = prefilled(request.GET, service, applicants)
    form = RequestForm(request.POST or None, service=service, applicants=applicants, initial=filled)
    if request.method == "POST" and form.is_valid():
        try:
            found = operations.request_sharing(actor=actor, application=form.application(), now=timezone.now())
            return redirect("sharing:request", pk=found)
        except SharingError as refused:
            _tell(form, refused)
    return _form(request, form, service)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put a returned request right and hand it in again."""
    actor = actor_of(request)
    row = or_404(lambda: access.request_for(actor, pk))
    if not pages.request_page(actor, row, today=timezone.localdate()).may_resubmit:
        raise Http404
    form = RequestForm(request.POST or None, service=row.service, applicants=[row.applicant], initial=initial_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            operations.resubmit_request(actor=actor, request_id=pk, application=form.application(), now=timezone.now())
            return redirect("sharing:request", pk=pk)
        except SharingError as refused:
            _tell(form, refused)
    return _form(request, form, row.service, row=row)


@never_cache
@require_safe
@role_required(*READERS)
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    row = or_404(lambda: access.request_for(actor, pk))
    page = pages.request_page(actor, row, today=timezone.localdate())
    return render(request, "sharing/request.html", {"page": page})


@require_POST
@role_required(*MOVERS)
def move(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    actor, form = actor_of(request), told(request)
    row = or_404(lambda: access.request_for(actor, pk))
    complaint = attempt(
        request,
        lambda: operations.move_request(
            actor=actor,
            request_id=pk,
            name=name,
            now=timezone.now(),
            words=form.cleaned_data.get("words", ""),
            seen=form.cleaned_data.get("seen"),
        ),
    )
    if complaint:
        page = pages.request_page(actor, row, today=timezone.localdate(), complaint=complaint)
        return render(request, "sharing/request.html", {"page": page}, status=422)
    return redirect("sharing:request", pk=pk)


def _choose(request: HttpRequest, actor: Actor) -> HttpResponse:
    resource, narrowed = request.GET.get("resource", "").replace("\x00", ""), narrowed_by(request)
    found = page_of(request, services_to_ask(actor, narrowed, resource=resource))
    told = {"services": found, "resource": resource, "narrowed": narrowed, "carried": carried(request.GET)}
    return render(request, "sharing/choose.html", told)


def _form(
    request: HttpRequest, form: RequestForm, service: Service, *, row: SharingRequest | None = None
) -> HttpResponse:
    context = {"form": form, "service": service, "row": row}
    return render(request, "sharing/new.html", context, status=422 if request.method == "POST" else 200)


def _tell(form: RequestForm, refused: SharingError) -> None:
    if isinstance(refused, NotFound):
        raise Http404
    for fault in refused.faults if isinstance(refused, PrecheckFailed) else (refused,):
        field = "" if isinstance(fault, AlreadyOpen) else fault.field
        form.add_error(field if field in form.fields else None, fault.message)
