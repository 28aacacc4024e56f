"""The public guide: which items there are and what each needs. Open to everybody."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from haihe.platforms.services import pages, wording
from haihe.platforms.services.items import api as catalogue
from haihe.platforms.services.items.api import ItemNotFound

_LONGEST_SEARCH = 40


@require_safe
def items(request: HttpRequest) -> HttpResponse:
    # PostgreSQL refuses NUL in text; nobody types one by accident.
    search = request.GET.get("q", "").replace("\x00", "").strip()[:_LONGEST_SEARCH]
    found = catalogue.items_in_force(search=search)
    rows = [(item, wording.organisation_name(item.authority)) for item in found]
    return render(request, "services/items.html", {"rows": rows, "search": search})


@require_safe
def item(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        found = catalogue.version_in_force(slug, on=timezone.localdate()).definition
    except ItemNotFound as missing:
        raise Http404 from missing
    context = {
        "item": found,
        "authority": wording.organisation_name(found.authority),
        "questions": pages.questions_of(found),
    }
    return render(request, "services/item.html", context)
