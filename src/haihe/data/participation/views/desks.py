"""The data centre's desk, which moderates, and a department's, which answers."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.data.participation import operations, queries
from haihe.data.participation.pages import desks as pages
from haihe.data.participation.views.acting import act

PAGE_ROWS = 20


@require_safe
@role_required(Role.OPERATOR, Role.AUDITOR)
def moderation(request: HttpRequest) -> HttpResponse:
    return _moderation(request)


@require_POST
@role_required(Role.OPERATOR)
def dismiss(request: HttpRequest, kind: str, report: int) -> HttpResponse:
    """Nothing is wrong: close a report of abuse, or of a broken reuse."""
    actor, now = actor_of(request), timezone.now()
    work = {"abuse": operations.dismiss_report, "broken": operations.dismiss_broken}.get(kind)
    if work is None:
        raise Http404
    return act(
        request,
        lambda: work(actor=actor, report=report, now=now),
        done=_("已办理。"),
        to=lambda _made: reverse("participation:moderation"),
        again=lambda complaint: _moderation(request, complaint),
    )


@require_safe
@role_required(Role.STEWARD, Role.APPROVER)
def answering(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    rows = Paginator(queries.answering_rows(actor), PAGE_ROWS).get_page(request.GET.get("page"))
    page = pages.answering_desk(actor, rows, now=timezone.now())
    return render(request, "participation/answering.html", {"page": page})


def _moderation(request: HttpRequest, complaint: str = "") -> HttpResponse:
    page = pages.moderation_desk(actor_of(request), now=timezone.now(), complaint=complaint)
    return render(request, "participation/moderation.html", {"page": page})
