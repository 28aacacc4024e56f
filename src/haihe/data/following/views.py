"""One's follows: each view makes one call and fills a page."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import actor_of, role_required
from haihe.data.following import operations, pages, queries
from haihe.data.following.errors import InputRefused, NotFound
from haihe.data.following.models import FeedAddress
from haihe.data.following.targets import Target, read_target

_PAGE_ROWS: Final = 20
_FEED_ITEMS: Final = 50


@never_cache
@require_safe
@role_required()
def follows(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    tellings = Paginator(queries.tellings_of(queries.person(actor)), _PAGE_ROWS).get_page(request.GET.get("page"))
    page = pages.follows_page(actor, tellings)
    address = request.build_absolute_uri(page.feed_path) if page.feed_path else ""
    return render(request, "following/follows.html", {"page": page, "feed_address": address})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required()
def new(request: HttpRequest) -> HttpResponse:
    """Follow what the address tells."""
    actor, target = actor_of(request), _target(request)
    if request.method != "POST":
        return render(request, "following/new.html", {"page": pages.new_page(actor, target)})
    try:
        operations.follow(actor=actor, target=target, pace=request.POST.get("pace", ""), now=timezone.now())
    except InputRefused as wrong:
        page = pages.new_page(actor, target, complaint=wrong.message)
        return render(request, "following/new.html", {"page": page}, status=422)
    messages.success(request, _("已关注“%(label)s”。") % {"label": target.label})
    return redirect(target.path if "back" in request.POST else "following:follows")


@require_POST
@role_required()
def pace(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        operations.set_pace(actor=actor_of(request), follow_id=pk, pace=request.POST.get("pace", ""))
    except NotFound:
        raise Http404 from None
    except InputRefused as wrong:
        messages.error(request, wrong.message)
    else:
        messages.success(request, _("已保存。"))
    return redirect("following:follows")


@require_POST
@role_required()
def end(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        operations.unfollow(actor=actor_of(request), follow_id=pk)
    except NotFound:
        raise Http404 from None
    messages.success(request, _("已取消关注。"))
    return redirect("following:follows")


@require_POST
@role_required()
def new_feed(request: HttpRequest) -> HttpResponse:
    operations.new_feed_address(actor=actor_of(request), now=timezone.now())
    messages.success(request, _("订阅地址已生成，旧地址不再有效。"))
    return redirect("following:follows")


@never_cache
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a person's follows brought, for whoever has the secret address."""
    user = _reader(token)
    title = _("我关注的开放数据")
    here = request.build_absolute_uri()
    told = Atom1Feed(title=title, link=here, description=title, feed_url=here)
    rows = queries.tellings_of(user)[:_FEED_ITEMS]
    for row, news in zip(rows, pages.news_of(rows), strict=True):
        address, key = request.build_absolute_uri(news.path), f"urn:uuid:{row.happening_id}"
        told.add_item(news.text, address, news.text, pubdate=news.at, updateddate=news.at, unique_id=key)
    answer = HttpResponse(told.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _target(request: HttpRequest) -> Target:
    found = read_target(request.GET.dict())
    if found is None:
        raise Http404
    return found


def _reader(token: str) -> UUID:
    try:
        told = signing.loads(token, salt=pages.FEED_SALT)
        user, serial = UUID(told["u"]), int(told["s"])
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        raise Http404 from None
    if not FeedAddress.objects.filter(user=user, serial=serial).exists():
        raise Http404
    return user
