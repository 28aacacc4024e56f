"""The window: the whole form on one screen, for a person who stands there."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.platforms.services.forms import operations, pages
from haihe.platforms.services.forms.arriving import sealing
from haihe.platforms.services.forms.cleaning import Path
from haihe.platforms.services.forms.errors import Changed, FormsError, Incomplete
from haihe.platforms.services.forms.queries import Standing
from haihe.platforms.services.forms.seats import beside
from haihe.platforms.services.forms.typing_in import typed
from haihe.platforms.services.forms.views.answering import draft_or_404, revision_of, standing_or_404
from haihe.platforms.services.forms.views.files import take_files


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
@role_required(Role.CLERK, Role.FIELD_WORKER)
def window(request: HttpRequest, draft: UUID) -> HttpResponse:
    with sealing(request):
        return _window(request, draft=draft)


@csrf_protect
def _window(request: HttpRequest, *, draft: UUID) -> HttpResponse:
    if not draft_or_404(request, draft).is_open:
        return redirect("services_forms:receipt", draft)
    standing = standing_or_404(request, draft)
    return _save(request, standing) if request.method == "POST" else _show(request, standing, {})


def _save(request: HttpRequest, before: Standing) -> HttpResponse:
    draft, sections = before.draft.pk, before.offer.form.sections
    said = {section.name: typed(section, request.POST) for section in sections}
    try:
        operations.save_sections(
            actor=actor_of(request), draft_id=draft, revision=revision_of(request), said=said, now=timezone.now()
        )
        refused = take_files(request, draft, sections)
        after = standing_or_404(request, draft)
        errors = refused or _mistakes(request, after)
        if errors:
            return _show(request, after, errors, status=422)
        if request.POST.get("action") != "send" or "remove" in request.POST:
            return redirect("services_forms:window", draft)
        operations.send(actor=actor_of(request), draft_id=draft, revision=after.draft.revision, now=timezone.now())
    except Incomplete:
        after = standing_or_404(request, draft)
        return _show(request, after, after.cleaned.errors, status=422)
    except FormsError as wrong:
        status = 409 if isinstance(wrong, Changed) else 422
        return _show(request, standing_or_404(request, draft), {}, message=wrong.message, status=status)
    around = beside(actor_of(request), draft, now=timezone.now())
    return redirect(around.url) if around else redirect("services_forms:receipt", draft)


def _mistakes(request: HttpRequest, after: Standing) -> dict[Path, str]:
    """Return what is wrong where it is to be sent; what is only kept may be unfinished."""
    return after.cleaned.errors if request.POST.get("action") == "send" else {}


def _show(
    request: HttpRequest, standing: Standing, errors: dict[Path, str], *, message: str = "", status: int = 200
) -> HttpResponse:
    page = pages.draft_page(standing, standing.offer.form.sections, errors=errors, message=message)
    around = beside(actor_of(request), standing.draft.pk, now=timezone.now())
    return render(request, "services_forms/window.html", {"page": page, "beside": around}, status=status)
