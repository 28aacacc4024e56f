"""补正: what an applicant was asked to put right, on the phone, or at the window for whoever stands there."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from haihe.base.accounts.api import NotPermitted, Role, actor_of, role_required
from haihe.kernel.workflow import ForbiddenMove
from haihe.platforms.services import operations, queries, supplements
from haihe.platforms.services.errors import ServicesError
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.models import Case, Supplement

_LONGEST_VERSION = 5
_AGAIN = "upload", "row"


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
@role_required(Role.CITIZEN)
def supplement(request: HttpRequest, number: str) -> HttpResponse:
    """Files are sealed as they arrive, so the request may be read only once the handler is there."""
    with forms.sealing(request):
        return _supplement(request, number=number, desk=False)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
@role_required(Role.CLERK)
def desk_supplement(request: HttpRequest, number: str) -> HttpResponse:
    with forms.sealing(request):
        return _supplement(request, number=number, desk=True)


@csrf_protect
def _supplement(request: HttpRequest, *, number: str, desk: bool) -> HttpResponse:
    case = _case_or_404(request, number, desk=desk)
    asked = operations.open_supplement(case)
    if asked is None:
        return redirect("services:desk-case" if desk else "services:case", number)
    if request.method == "POST":
        return _save(request, case, asked, desk=desk)
    return _show(request, case, asked, {}, {}, desk=desk)


def _save(request: HttpRequest, case: Case, asked: Supplement, *, desk: bool) -> HttpResponse:
    form = operations.form_of(case)
    if form is None:
        raise Http404
    said = forms.typed_corrections(form, asked.fields, request.POST)
    refused = forms.take_late_files(
        request, form, asked.fields, application=case.token, since=asked.asked_at, now=timezone.now()
    )
    if refused or request.POST.get("action") in _AGAIN or "remove" in request.POST:
        return _show(request, case, asked, refused, said, desk=desk, status=422 if refused else 200)
    try:
        cleaned = operations.hand_in(
            actor=actor_of(request), number=case.number, version=_version(request), said=said, now=timezone.now()
        )
    except ServicesError as wrong:
        return _show(request, case, asked, {}, said, desk=desk, message=wrong.message, status=409)
    except (ForbiddenMove, NotPermitted):
        told = _("办件已有新的进展，现在不能这样做。下面是最新情况。")
        return _show(request, case, asked, {}, said, desk=desk, message=told, status=409)
    if cleaned.errors:
        return _show(request, case, asked, cleaned.errors, said, desk=desk, status=422)
    messages.success(request, _("已补正，等待受理。"))
    return redirect("services:desk-case" if desk else "services:case", case.number)


def _show(
    request: HttpRequest,
    case: Case,
    asked: Supplement,
    errors: dict[forms.Path, str],
    said: dict[str, Any],
    *,
    desk: bool,
    message: str = "",
    status: int = 200,
) -> HttpResponse:
    page = supplements.correcting_page(case, asked, errors=errors, typed_in=said, now=timezone.now())
    context = {"page": page, "view": page.sections[0], "case": case, "asked": asked, "message": message, "desk": desk}
    name = "services/desk_supplement.html" if desk else "services/supplement.html"
    return render(request, name, context, status=status)


def _version(request: HttpRequest) -> int:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < _LONGEST_VERSION else 0


def _case_or_404(request: HttpRequest, number: str, *, desk: bool) -> Case:
    actor = actor_of(request)
    rows = queries.desk_cases(actor) if desk else queries.own_cases(actor)
    found = rows.filter(number=number).first()
    if found is None:
        raise Http404(_("没有找到这个办件。"))
    return found
