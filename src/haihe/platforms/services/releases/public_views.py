"""The page for everybody: which results are out, and when others will be."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from haihe.platforms.services.releases import pages


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    return render(request, "releases/results.html", {"rows": pages.public_rows(now=timezone.now())})
