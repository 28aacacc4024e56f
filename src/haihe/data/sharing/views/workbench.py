"""The workbench of a department: what waits, under which clock, and what it holds and gave."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from haihe.base.accounts.api import actor_of, role_required
from haihe.data.sharing import pages
from haihe.data.sharing.views.answering import READERS


@never_cache
@require_safe
@role_required(*READERS)
def workbench(request: HttpRequest) -> HttpResponse:
    page = pages.workbench_page(actor_of(request), today=timezone.localdate())
    return render(request, "sharing/workbench.html", {"page": page})
