"""Disputes about sharing: the list, a new one, its way, and the request that it lets be made anew."""

from uuid import UUID, uuid4

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Actor, Role, actor_of, role_required
from haihe.data.sharing import closing_pages, operations
from haihe.data.sharing.errors import SharingError
from haihe.data.sharing.forms_closing import DisputeForm
from haihe.data.sharing.models import DisputeAbout, Grant, SharingRequest
from haihe.data.sharing.operations.disputing import subjects_of
from haihe.data.sharing.queries import access
from haihe.data.sharing.views.answering import MOVERS, OFFICE, READERS, attempt, or_404, told

PAGE_ROWS = 20


@never_cache
@require_safe
@role_required(*READERS)
def index(request: HttpRequest) -> HttpResponse:
    rows = Paginator(access.visible_disputes(actor_of(request)), PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "sharing/disputes.html", {"page": closing_pages.DisputesPage(rows)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*OFFICE)
def new(request: HttpRequest) -> HttpResponse:
    """Say what is wrong with a refusal or a grant, and what one asks for."""
    actor = actor_of(request)
    thing = _thing(request, actor)
    subjects = _subjects(actor, thing)
    form = DisputeForm(request.POST or None, subjects=subjects)
    if request.method == "POST" and form.is_valid():
        try:
            complaint = operations.Complaint(
                **form.cleaned_data,
                request=thing.pk if isinstance(thing, SharingRequest) else None,
                grant=thing.pk if isinstance(thing, Grant) else None,
            )
            number = operations.open_dispute(actor=actor, complaint=complaint, now=timezone.now())
            return redirect("sharing:dispute", number=number)
        except SharingError as refused:
            field = getattr(refused, "field", "")
            form.add_error(field if field in form.fields else None, refused.message)
    context = {"form": form, "thing": thing}
    return render(request, "sharing/dispute_new.html", context, status=422 if request.method == "POST" else 200)


@never_cache
@require_safe
@role_required(*READERS)
def show(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, number)


@require_POST
@role_required(*MOVERS)
def move(request: HttpRequest, number: str, name: str) -> HttpResponse:
    actor, form = actor_of(request), told(request)
    given = {key: form.cleaned_data.get(key, "") for key in ("words", "outcome", "document")}
    seen = form.cleaned_data.get("seen")
    complaint = attempt(
        request,
        lambda: operations.move_dispute(actor=actor, number=number, name=name, now=timezone.now(), seen=seen, **given),
    )
    return _page(request, number, complaint) if complaint else redirect("sharing:dispute", number=number)


@require_POST
@role_required(Role.STEWARD)
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    """Ask anew for what was refused."""
    made: list[UUID] = []
    complaint = attempt(
        request,
        lambda: made.append(
            operations.reopen_request(actor=actor_of(request), number=number, token=uuid4(), now=timezone.now())
        ),
    )
    return _page(request, number, complaint) if complaint else redirect("sharing:request", pk=made[0])


def _page(request: HttpRequest, number: str, complaint: str = "") -> HttpResponse:
    actor = actor_of(request)
    row = or_404(lambda: access.dispute_for(actor, number))
    page = closing_pages.dispute_page(actor, row, today=timezone.localdate(), complaint=complaint)
    return render(request, "sharing/dispute.html", {"page": page}, status=422 if complaint else 200)


def _thing(request: HttpRequest, actor: Actor) -> SharingRequest | Grant:
    """Return what the address names: one request or one grant that the actor may know of."""
    try:
        if asked := request.GET.get("request"):
            pk = UUID(asked)
            return or_404(lambda: access.request_for(actor, pk))
        pk = UUID(request.GET.get("grant", ""))
        return or_404(lambda: access.grant_for(actor, pk))
    except ValueError:
        raise Http404 from None


def _subjects(actor: Actor, thing: SharingRequest | Grant) -> list[DisputeAbout]:
    """Raises: Http404, where there is nothing to complain about now, or not for this actor."""
    request, grant = (thing, None) if isinstance(thing, SharingRequest) else (None, thing)
    applicant = request.applicant if request else thing.organisation if isinstance(thing, Grant) else ""
    mine = actor.organisations(*OFFICE)
    found = subjects_of(request, grant, is_applicant=applicant in mine) if mine & {applicant, thing.owner} else []
    if not found:
        raise Http404
    return found
