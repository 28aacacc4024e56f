"""Who is away, and who takes their steps."""

from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from haihe.base.accounts.api import Actor, NotPermitted, Role, actor_of, colleagues, role_required
from haihe.platforms.services import operations
from haihe.platforms.services.errors import ServicesError

_LONGEST_NUMBER = 12


@never_cache
@require_http_methods(["GET", "POST"])
@role_required(Role.CLERK, Role.APPROVER)
def absences(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    complaint = _act(request, actor, now) if request.method == "POST" else ""
    if request.method == "POST" and not complaint:
        return redirect("services:absences")
    body = _body(actor)
    heads = actor.has(Role.APPROVER, body)
    staff = colleagues(body, Role.CLERK, Role.APPROVER, now=now)
    context = {
        "rows": [
            (row, heads or row.person == actor.user_id)
            for row in operations.absences_of(actor, on=timezone.localdate(now))
        ],
        "persons": [one for one in staff if heads or one.user_id == actor.user_id],
        "deputies": staff,
        "today": timezone.localdate(now),
        "complaint": complaint,
    }
    return render(request, "services/absences.html", context, status=422 if complaint else 200)


def _act(request: HttpRequest, actor: Actor, now: datetime) -> str:
    try:
        if "end" in request.POST:
            operations.end_absence(actor=actor, absence=_number(request.POST["end"]), now=now)
            messages.success(request, _("已结束。"))
            return ""
        operations.declare_absence(
            actor=actor,
            organisation=_body(actor),
            person=_uuid(request.POST.get("person", "")),
            deputy=_uuid(request.POST.get("deputy", "")),
            from_day=_day(request.POST.get("from_day", "")),
            until_day=_day(request.POST.get("until_day", "")),
            now=now,
        )
    except ServicesError as wrong:
        return wrong.message
    except NotPermitted:
        return _("只能登记自己的请假；审批人可以为本单位的同事登记。")
    messages.success(request, _("已登记，已通知接替的同事。"))
    return ""


def _body(actor: Actor) -> str:
    return min(actor.organisations(Role.CLERK, Role.APPROVER))


def _uuid(typed: str) -> UUID:
    """Return the id that was chosen; what isn't one names nobody."""
    try:
        return UUID(typed)
    except ValueError:
        return UUID(int=0)


def _day(typed: str) -> date:
    """Return the day that was typed; what isn't one lies in the past, which is told as wrong."""
    try:
        return parse_date(typed) or date.min
    except ValueError:
        return date.min


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < _LONGEST_NUMBER else 0
