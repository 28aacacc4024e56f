"""Give an open step to a colleague."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from haihe.base.accounts.api import Actor, NotPermitted, Role, actor_of, role_required
from haihe.kernel.workflow import ForbiddenMove
from haihe.platforms.services import operations, queries
from haihe.platforms.services.errors import ServicesError
from haihe.platforms.services.reassigning import ReassignPage, reassign_page


@never_cache
@require_http_methods(["GET", "POST"])
@role_required(Role.CLERK, Role.APPROVER)
def reassign(request: HttpRequest, number: str, step: int) -> HttpResponse:
    actor = actor_of(request)
    case = queries.handled_cases(actor).filter(number=number).first()
    page = reassign_page(case, step, actor, now=timezone.now()) if case else None
    if page is None:
        raise Http404
    complaint = _give(request, actor, page) if request.method == "POST" else ""
    if request.method == "POST" and not complaint:
        return redirect("services:desk-case", number=number)
    status = 422 if complaint else 200
    return render(request, "services/reassign.html", {"page": page, "complaint": complaint}, status=status)


def _give(request: HttpRequest, actor: Actor, page: ReassignPage) -> str:
    typed = request.POST.get("to", "")
    to = next((one.officer for one in page.colleagues if _is(one.officer.user_id, typed)), None)
    if to is None:
        return _("请选择一位同事。")
    try:
        operations.reassign_step(actor=actor, number=page.case.number, step=page.step.number, to=to, now=timezone.now())
    except ServicesError as wrong:
        return wrong.message
    except (ForbiddenMove, NotPermitted):
        return _("办件已有新的进展，现在不能这样做。")
    messages.success(request, _("已转交。"))
    return ""


def _is(officer: UUID | None, typed: str) -> bool:
    return officer is not None and str(officer) == typed
