"""Halls for everybody: where they are, how long one waits, and the big screen."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from haihe.base.accounts.api import actor_of
from haihe.platforms.services.window import pages, queries
from haihe.platforms.services.window.errors import NotFound
from haihe.platforms.services.window.figures import hall_figures
from haihe.platforms.services.window.models import Hall


@never_cache
@require_safe
def halls(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    rows = queries.halls_now(now=now, today=timezone.localdate(now))
    return render(request, "window/halls.html", {"rows": rows, "item": request.GET.get("item", "")})


@never_cache
@require_safe
def hall(request: HttpRequest, slug: str) -> HttpResponse:
    found = hall_or_404(slug)
    page = pages.hall_page(found, actor_of(request), item=request.GET.get("item", ""), now=timezone.now())
    return render(request, "window/hall.html", {"page": page, "hall": found})


@never_cache
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    return render(request, "window/figures.html", {"rows": hall_figures(now=timezone.now())})


@never_cache
@require_safe
def screen(request: HttpRequest, slug: str) -> HttpResponse:
    found = hall_or_404(slug)
    page = pages.screen_page(found, now=timezone.now())
    return render(request, "window/screen.html", {"page": page, "hall": found})


@never_cache
@require_safe
def screen_stamp(request: HttpRequest, slug: str) -> JsonResponse:
    return JsonResponse({"stamp": queries.stamp(hall_or_404(slug), on=timezone.localdate())})


def hall_or_404(slug: str) -> Hall:
    try:
        return queries.hall_with(slug)
    except NotFound as missing:
        raise Http404 from missing
