"""How long companies take to open and to close; open to everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from haihe.platforms.services import clock as clock_of


@require_safe
def clock(request: HttpRequest) -> HttpResponse:
    return render(request, "services/clock.html", {"rows": clock_of.clocks(now=timezone.now()), "days": clock_of.DAYS})
