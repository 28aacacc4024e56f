"""The workbench of a department: what waits, under which clock, and what it holds and gave."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.data.sharing import duties as found
from haihe.data.sharing import pages
from haihe.data.sharing.views.answering import READERS
from haihe.data.sharing.views.lists import page_of


@never_cache
@require_safe
@role_required(*READERS)
def workbench(request: HttpRequest) -> HttpResponse:
    page = pages.workbench_page(actor_of(request), today=timezone.localdate())
    return render(request, "sharing/workbench.html", {"page": page})


@never_cache
@require_safe
@role_required(*READERS)
def duties(request: HttpRequest) -> HttpResponse:
    """Show all that waits besides requests and reports; for the authority also what others let lie."""
    actor, today = actor_of(request), timezone.localdate()
    may_see_late = actor.has(Role.OPERATOR)
    is_late = may_see_late and request.GET.get("show") == "late"
    rows = found.late_duties_of(actor, today=today) if is_late else found.duties_of(actor, today=today)
    told = {"duties": page_of(request, rows), "may_see_late": may_see_late, "is_late": is_late}
    return render(request, "sharing/duties_list.html", told)
