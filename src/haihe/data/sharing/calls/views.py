"""The page of calls. What is chosen stands in the address, so that it can be passed on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from haihe.base.accounts.api import actor_of, role_required
from haihe.data.sharing.calls import pages
from haihe.data.sharing.calls.chosen import REFRESH_S, Chosen
from haihe.data.sharing.views.answering import READERS


@never_cache
@require_safe
@role_required(*READERS)
def show(request: HttpRequest) -> HttpResponse:
    """Show the figures of now; where it is asked for, the page comes anew by itself, without a script."""
    chosen = Chosen.from_query(request.GET)
    page = pages.calls_page(actor_of(request), chosen, now=timezone.now())
    response = render(request, "sharing/calls.html", {"page": page})
    if chosen.live:
        response["Refresh"] = str(REFRESH_S)
    return response
