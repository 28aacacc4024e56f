"""The one search box: its page, what it suggests while one types, and help with the site."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from haihe.base.accounts.api import actor_of
from haihe.platforms.services.items.finding import LONGEST_SEARCH
from haihe.platforms.services.items.ports import Shelf
from haihe.platforms.services.lookups import finding, helping
from haihe.platforms.services.lookups import search_pages as pages

_SUGGESTED, _KINDS = 3, 4


@gzip_page
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    typed = _typed(request)
    page = pages.search_page(typed, _found(request, typed, finding.MOST), on=timezone.localdate())
    return render(request, "lookups/search.html", {"page": page, "q": typed})


@gzip_page
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "lookups/help.html", {"questions": helping.shipped()})


@gzip_page
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Show the first few finds as links, to be put below the box; whoever has no scripts never asks."""
    typed = _typed(request)
    shelves = _found(request, typed, _SUGGESTED)[:_KINDS]
    return render(request, "lookups/parts/suggestions.html", {"shelves": shelves, "q": typed})


def _found(request: HttpRequest, typed: str, limit: int) -> list[Shelf]:
    return finding.search(typed, language=get_language() or "", actor=actor_of(request), limit=limit)


def _typed(request: HttpRequest) -> str:
    # PostgreSQL refuses NUL in text; nobody types one by accident.
    return request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
