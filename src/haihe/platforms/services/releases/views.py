"""Pages of releases: the list, writing one, and the way to its approval."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.platforms.services.releases import operations, pages
from haihe.platforms.services.releases.errors import NotFound, ReleaseError
from haihe.platforms.services.releases.forms import ReleaseForm, filled
from haihe.platforms.services.releases.models import ResultRelease
from haihe.platforms.services.releases.queries import release_for, visible_releases

_READERS = (Role.STEWARD, Role.APPROVER, Role.OPERATOR, Role.AUDITOR)


@never_cache
@require_safe
@role_required(*_READERS)
def releases(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    rows = Paginator(visible_releases(actor), 20).get_page(request.GET.get("page"))
    return render(request, "releases/list.html", {"rows": rows, "may_write": actor.has(Role.STEWARD)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    organisation = sorted(actor.organisations(Role.STEWARD))[0]

    def write(form: ReleaseForm) -> ResultRelease:
        return operations.write_release(
            actor=actor, organisation=organisation, written=form.written(), now=timezone.now()
        )

    return _written(request, write, {})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    actor, found = actor_of(request), _found(request, slug)

    def write(form: ReleaseForm) -> ResultRelease:
        return operations.rewrite_release(actor=actor, slug=slug, written=form.written(), now=timezone.now())

    return _written(request, write, filled(found))


@never_cache
@require_safe
@role_required(*_READERS)
def release(request: HttpRequest, slug: str) -> HttpResponse:
    page = pages.release_page(actor_of(request), _found(request, slug), now=timezone.now())
    return render(request, "releases/release.html", {"page": page})


@never_cache
@require_safe
@role_required(*_READERS)
def rehearsal(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "releases/rehearsal.html", {"page": pages.rehearsal_page(_found(request, slug))})


@never_cache
@require_POST
@role_required(*_READERS)
def move(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    try:
        operations.move_release(
            actor=actor_of(request), slug=slug, name=name, now=timezone.now(), words=request.POST.get("words", "")
        )
    except NotFound:
        raise Http404 from None
    except ReleaseError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("已办理。"))
    return redirect("releases:release", slug)


def _found(request: HttpRequest, slug: str) -> ResultRelease:
    try:
        return release_for(actor_of(request), slug)
    except NotFound:
        raise Http404 from None


def _written(
    request: HttpRequest, write: Callable[[ReleaseForm], ResultRelease], initial: dict[str, object]
) -> HttpResponse:
    form = ReleaseForm(request.POST) if request.method == "POST" else ReleaseForm(initial=initial)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("releases:release", write(form).slug)
        except ReleaseError as refused:
            refusal = refused.message
    status = 422 if refusal or form.errors else 200
    return render(request, "releases/write.html", {"form": form, "refusal": refusal}, status=status)
