"""Opening a service on a register of one's own department."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from haihe.base.accounts.api import Actor, Role, actor_of, role_required
from haihe.data.catalogue import api as catalogue
from haihe.data.sharing import operations
from haihe.data.sharing.errors import NotFound, SharingError
from haihe.data.sharing.forms_opening import OpeningForm
from haihe.data.sharing.views.lists import narrowed_by, page_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def new(request: HttpRequest) -> HttpResponse:
    """Choose a register, then say which fields, through which masks, from where."""
    actor = actor_of(request)
    code = request.GET.get("resource", "").replace("\x00", "")
    if not code:
        return _choose(request, actor)
    entry = catalogue.resource(code)
    if entry is None or not _may_open(actor, entry):
        raise Http404
    form = OpeningForm(request.POST or None, entry=entry)
    if request.method == "POST" and form.is_valid():
        try:
            slug = operations.open_service(actor=actor, service=form.service(), now=timezone.now())
            return redirect("sharing:service", slug=slug)
        except SharingError as refused:
            _tell(form, refused)
    status = 422 if request.method == "POST" else 200
    return render(request, "sharing/open_service.html", {"form": form, "entry": entry}, status=status)


def _choose(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the published registers of one's departments that are shared by service, a page at a time."""
    narrowed, mine = narrowed_by(request), actor.organisations(Role.STEWARD)
    found = catalogue.offered_by(mine, form=catalogue.SharingForm.SERVICE, search=narrowed.q)
    told = {"resources": page_of(request, found), "narrowed": narrowed}
    return render(request, "sharing/open_choose.html", told)


def _may_open(actor: Actor, entry: catalogue.ResourceEntry) -> bool:
    return actor.has(Role.STEWARD, entry.owner) and catalogue.SharingForm.SERVICE in entry.sharing_forms


def _tell(form: OpeningForm, refused: SharingError) -> None:
    if isinstance(refused, NotFound):
        raise Http404
    places = {"source": "url", "source_secret": "secret", "max_age_s": "max_age_days"}
    place = places.get(refused.field, refused.field)
    form.add_error(place if place in form.fields else None, refused.message)
