"""The page and the Atom feed of what is new."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from haihe.data.catalogue.models import ResourceVersion
from haihe.data.catalogue.news.queries import announced
from haihe.data.catalogue.wording import organisation_name

_PAGE_ROWS, _FEED_ROWS = 30, 50


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    rows = Paginator(announced(), _PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "catalogue/news/news.html", {"rows": rows})


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Give the same to feed readers and other systems."""
    here = request.build_absolute_uri(reverse("catalogue:news"))
    atom = Atom1Feed(
        title=_("资源目录：新发布和更新"),
        link=here,
        description="",
        feed_url=request.build_absolute_uri(request.path),
        language="zh-Hans",
    )
    for version in announced()[:_FEED_ROWS]:
        row = version.resource
        atom.add_item(
            title=told(version),
            link=request.build_absolute_uri(reverse("catalogue:resource", args=[row.code])),
            description=version.words or row.abstract,
            author_name=organisation_name(row.owner),
            pubdate=version.at,
            updateddate=version.at,
            unique_id=f"tag:haihe,2026:{row.code}:{version.number}",
        )
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def told(version: ResourceVersion) -> str:
    """Say in a line what was published."""
    what = {"title": version.resource.title, "n": version.number}
    return _("新发布：%(title)s") % what if version.number == 1 else _("更新：%(title)s（第 %(n)s 版）") % what
