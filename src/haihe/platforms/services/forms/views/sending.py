"""Read everything once more, send it, and hold the receipt."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.platforms.services.forms import operations, pages, ports
from haihe.platforms.services.forms.errors import Changed, DraftNotFound, FormsError, Incomplete
from haihe.platforms.services.forms.models import Draft
from haihe.platforms.services.forms.showing import shown
from haihe.platforms.services.forms.together import chosen
from haihe.platforms.services.forms.views.answering import draft_or_404, revision_of, standing_or_404


@never_cache
@require_http_methods(["GET", "POST"])
@role_required(Role.CITIZEN)
def check(request: HttpRequest, draft: UUID) -> HttpResponse:
    if not draft_or_404(request, draft).is_open:
        return redirect("services_forms:receipt", draft)
    if request.method == "POST":
        return _send(request, draft)
    unfinished = standing_or_404(request, draft).first_unfinished
    if not unfinished:
        operations.prove(actor=actor_of(request), draft_id=draft, now=timezone.now())
    return redirect("services_forms:section", draft, unfinished) if unfinished else _show(request, draft)


@never_cache
@require_safe
@role_required(Role.CITIZEN, Role.CLERK, Role.FIELD_WORKER)
def receipt(request: HttpRequest, draft: UUID) -> HttpResponse:
    sent = _sent_or_404(request, draft)
    context = {"draft": sent, "offer": ports.offer(sent.item_slug, on=timezone.localdate()), "receipt": sent.receipt}
    return render(request, "services_forms/receipt.html", context)


@never_cache
@require_safe
@role_required(Role.CITIZEN, Role.CLERK, Role.FIELD_WORKER)
def receipt_file(request: HttpRequest, draft: UUID) -> HttpResponse:
    sent = _sent_or_404(request, draft)
    response = JsonResponse(sent.receipt)
    response["Content-Disposition"] = f'attachment; filename="{sent.case_number}.json"'
    return response


@require_POST
@role_required(Role.CITIZEN)
def report(request: HttpRequest, draft: UUID, field: str) -> HttpResponse:
    """Ask the register's department to look into a value that the person put right."""
    statement = request.POST.get("statement", "")
    try:
        number = operations.report_value(
            actor=actor_of(request), draft_id=draft, field=field, statement=statement, now=timezone.now()
        )
    except DraftNotFound as missing:
        raise Http404 from missing
    except FormsError as refused:
        return _show(request, draft, message=refused.message, status=422)
    told = _("已请来源部门核实，编号 %(number)s；结果会告诉您，不耽误这次申请。")
    messages.success(request, told % {"number": number})
    return redirect("services_forms:check", draft)


def _send(request: HttpRequest, draft: UUID) -> HttpResponse:
    try:
        operations.send(actor=actor_of(request), draft_id=draft, revision=revision_of(request), now=timezone.now())
    except Incomplete as unfinished:
        messages.warning(request, unfinished.message)
        return redirect("services_forms:section", draft, unfinished.section)
    except FormsError as refused:
        return _show(request, draft, message=refused.message, status=409 if isinstance(refused, Changed) else 422)
    return redirect("services_forms:receipt", draft)


def _show(request: HttpRequest, draft: UUID, *, message: str = "", status: int = 200) -> HttpResponse:
    standing = standing_or_404(request, draft)
    files = pages.files_of(standing)
    context = {
        "page": pages.draft_page(standing, (), errors={}, message=message),
        "shown": shown(standing.offer.form, standing.values),
        "files": [(field, files[field.name]) for field in standing.offer.form.fields if field.name in files],
        "corrected": pages.corrected_of(standing),
        "longest": operations.LONGEST_STATEMENT,
        "shares": chosen(standing.offer.shares, standing.values),
    }
    return render(request, "services_forms/check.html", context, status=status)


def _sent_or_404(request: HttpRequest, draft: UUID) -> Draft:
    found = draft_or_404(request, draft)
    if found.is_open:
        raise Http404
    return found
