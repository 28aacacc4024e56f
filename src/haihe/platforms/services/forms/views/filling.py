"""One section after another: saved at each step, right or wrong, with its files."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.platforms.services.forms import operations, pages
from haihe.platforms.services.forms.arriving import sealing
from haihe.platforms.services.forms.errors import Changed, FormsError
from haihe.platforms.services.forms.fields import Section
from haihe.platforms.services.forms.ports import WINDOW
from haihe.platforms.services.forms.queries import Standing
from haihe.platforms.services.forms.typing_in import typed
from haihe.platforms.services.forms.views.answering import (
    draft_or_404,
    revision_of,
    section_or_404,
    settles_who_is_asked,
    standing_or_404,
)
from haihe.platforms.services.forms.views.files import take_files


@never_cache
@require_safe
@role_required(Role.CITIZEN, Role.CLERK)
def resume(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Go on where one stopped: at the first section with something to do."""
    if not draft_or_404(request, draft).is_open:
        return redirect("services_forms:receipt", draft)
    standing = standing_or_404(request, draft)
    if standing.draft.channel == WINDOW:
        return redirect("services_forms:window", draft)
    unfinished = standing.first_unfinished
    return (
        redirect("services_forms:section", draft, unfinished) if unfinished else redirect("services_forms:check", draft)
    )


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
@role_required(Role.CITIZEN)
def section(request: HttpRequest, draft: UUID, section: str) -> HttpResponse:
    """Files are sealed as they arrive, so the request may be read only once the handler is there."""
    with sealing(request):
        return _section(request, draft=draft, section=section)


@csrf_protect
def _section(request: HttpRequest, *, draft: UUID, section: str) -> HttpResponse:
    if not draft_or_404(request, draft).is_open:
        return redirect("services_forms:receipt", draft)
    standing = standing_or_404(request, draft)
    asked = section_or_404(standing, section)
    if request.method == "POST":
        return _save(request, standing, asked)
    errors = standing.complaints_in(section) if section in standing.content.seen else {}
    return _show(request, standing, asked, errors)


def _save(request: HttpRequest, before: Standing, asked: Section) -> HttpResponse:
    draft, said = before.draft.pk, typed(asked, request.POST)
    try:
        saved = operations.save(
            actor=actor_of(request),
            draft_id=draft,
            revision=revision_of(request),
            section=asked.name,
            typed=said,
            now=timezone.now(),
        )
    except FormsError as wrong:
        status = 409 if isinstance(wrong, Changed) else 422
        now_there = standing_or_404(request, draft)
        return _show(request, now_there, asked, {}, typed_in=said, message=wrong.message, status=status)
    if settles_who_is_asked(before, asked):
        operations.prefill(actor=actor_of(request), draft_id=draft, now=timezone.now())
    refused = take_files(request, draft, (asked,))
    after = standing_or_404(request, draft)
    if refused:
        return _show(request, after, asked, refused, status=422)
    return _go_on(request, after, asked, saved.next_section)


def _go_on(request: HttpRequest, after: Standing, asked: Section, _next: str) -> HttpResponse:
    action = request.POST.get("action", "next")
    draft = after.draft.pk
    if action == "save":
        messages.success(request, _("已保存。30 天内可以在任何一台设备上接着填。"))
        return redirect("services_forms:drafts")
    if action in ("upload", "row") or "remove" in request.POST:
        return redirect("services_forms:section", draft, asked.name)
    errors = after.complaints_in(asked.name)
    if errors:
        return _show(request, after, asked, errors, status=422)
    following = operations.next_section(after, asked.name)
    if not following:
        return redirect("services_forms:check", draft)
    return redirect("services_forms:section", draft, following)


def _show(
    request: HttpRequest,
    standing: Standing,
    asked: Section,
    errors: dict[tuple[str | int, ...], str],
    *,
    typed_in: dict[str, Any] | None = None,
    message: str = "",
    status: int = 200,
) -> HttpResponse:
    page = pages.draft_page(standing, (asked,), errors=errors, typed=typed_in, message=message)
    return render(request, "services_forms/section.html", {"page": page, "view": page.sections[0]}, status=status)
