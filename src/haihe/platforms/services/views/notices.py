"""Cases under public notice: open to everybody, who may object without signing in."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from haihe.base.accounts.api import actor_of, client_address
from haihe.base.paging import api as paging
from haihe.platforms.services import notices, operations
from haihe.platforms.services.errors import CaseNotFound, InputRefused, NotNow


@never_cache
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    now, authority = timezone.now(), request.GET.get("authority", "")[:12].replace("\x00", "")
    rows = notices.running(now=now, authority=authority)
    found = paging.part([rows], after=request.GET.get("after", ""), most=notices.PAGE_ROWS)
    context = {
        "rows": notices.rows_of(found.rows),
        "after": found.after,
        "authorities": notices.authorities(now=now),
        "authority": authority,
    }
    return _unlisted(render(request, "services/notices.html", context))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, number: str) -> HttpResponse:
    if request.method == "POST":
        return _object(request, number)
    return _page(request, number)


@never_cache
@require_safe
def objection(request: HttpRequest, key: UUID) -> HttpResponse:
    page = notices.objection_page(key)
    if page is None:
        raise Http404
    response = _unlisted(render(request, "services/objection.html", {"page": page}))
    response["Referrer-Policy"] = "no-referrer"
    return response


def _object(request: HttpRequest, number: str) -> HttpResponse:
    said = operations.Said(*(_typed(request, name) for name in ("text", "name", "contact")))
    address, now = client_address(request), timezone.now()
    try:
        key = operations.object_to(actor=actor_of(request), number=number, said=said, address=address, now=now)
    except CaseNotFound as missing:
        raise Http404 from missing
    except (InputRefused, NotNow) as refused:
        return _page(request, number, said=said, complaint=refused.message, status=422)
    return redirect("services:objection", key=key)


def _page(
    request: HttpRequest,
    number: str,
    *,
    said: operations.Said | None = None,
    complaint: str = "",
    status: int = 200,
) -> HttpResponse:
    page = notices.page_of(number, now=timezone.now())
    if page is None:
        raise Http404(_("没有这个编号的公示。"))
    context = {"page": page, "said": said, "complaint": complaint}
    return _unlisted(render(request, "services/notice.html", context, status=status))


def _typed(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "")


def _unlisted(response: HttpResponse) -> HttpResponse:
    """A notice is over some day; what search engines keep isn't."""
    response["X-Robots-Tag"] = "noindex"
    return response
