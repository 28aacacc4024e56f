"""The statistics and the big screen: for everybody, without signing in."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from haihe.base.ledger.api import NotRecorded, NotSealedYet, RecordedHead, SealBroken
from haihe.data.open.statistics import board, pages, queries, witnessing
from haihe.data.open.statistics.queries import Wanted
from haihe.data.open.statistics.wanted import MOST_DAYS, read_day, read_wanted

_COLUMNS: Final = ("day", "dataset", "department", "topic", "kind", "count")
_FEED_DAYS: Final = 31
_YEAR_S: Final = 31_536_000


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    page = pages.statistics_page(read_wanted(request.GET, today=timezone.localdate(now)), now=now)
    return render(request, "open/statistics/statistics.html", {"page": page})


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """The big screen; with `still` it doesn't renew itself."""
    page = board.dashboard_page(now=timezone.now())
    return render(request, "open/statistics/dashboard.html", {"page": page, "is_still": "still" in request.GET})


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the figures behind the page, as CSV or JSON, piece by piece."""
    told = _FORMS.get(form)
    if told is None:
        raise Http404
    wanted = read_wanted(request.GET, today=timezone.localdate())
    if (wanted.until - wanted.since).days >= MOST_DAYS:
        said = _("一份文件最多 %(n)s 天，请缩短时间范围，分几次下载。") % {"n": MOST_DAYS}
        return HttpResponse(said, status=422, content_type="text/plain; charset=utf-8")
    write, kind = told
    answer = StreamingHttpResponse(write(wanted), content_type=kind)
    name = f"open-data-uses-{wanted.since}-{wanted.until}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@require_safe
@cache_control(public=True, max_age=60)
def days(request: HttpRequest) -> HttpResponse:
    """List the daily files, oldest first, with what each must be to the byte and where the ledger's proof of it is."""
    heads = witnessing.recorded_heads()
    told = [
        {
            "day": one.day.isoformat(),
            "url": request.build_absolute_uri(reverse("open-statistics:day", args=[one.day])),
            "sha256": one.digest,
            "previous": one.previous,
            "signature": one.signature,
            "public_key": one.public_key,
            "ledger": _in_ledger(request, heads.get(str(one.day))),
        }
        for one in reversed(queries.sealed())
    ]
    return JsonResponse({"days": told}, headers={"Access-Control-Allow-Origin": "*"})


@require_safe
@cache_control(public=True, max_age=_YEAR_S, immutable=True)
def day(request: HttpRequest, day: str) -> HttpResponse:
    """Send one day's file as it was sealed."""
    wanted = read_day(day)
    found = queries.sealed_on(wanted) if wanted else None
    if found is None:
        raise Http404
    headers = {"Access-Control-Allow-Origin": "*", "ETag": f'"{found.digest}"'}
    return HttpResponse(found.text, content_type="application/json", headers=headers)


@require_safe
@cache_control(public=True, max_age=60)
def proof(request: HttpRequest, day: str) -> HttpResponse:
    """Send the ledger's proof of a day's digest, which `haihe ledger verify` checks offline."""
    wanted = read_day(day)
    try:
        found = witnessing.proof_of(wanted) if wanted else None
    except (NotRecorded, NotSealedYet):
        found = None
    except SealBroken:
        said = _("账本中这一天的摘要与封存时不一致，数据中心正在查明。")
        return HttpResponse(said, status=409, content_type="text/plain; charset=utf-8")
    if found is None:
        raise Http404
    return HttpResponse(found, content_type="application/json", headers={"Access-Control-Allow-Origin": "*"})


def _in_ledger(request: HttpRequest, head: RecordedHead | None) -> dict[str, object] | None:
    if head is None:
        return None
    address = request.build_absolute_uri(reverse("open-statistics:proof", args=[head.name]))
    return {"evidence": head.evidence, "sha256": head.digest, "proof": address if head.sealed else None}


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Tell each day's digest: whoever reads it has a witness of their own."""
    title = _("开放数据使用统计：每日数字")
    here = request.build_absolute_uri(reverse("open-statistics:statistics"))
    told = Atom1Feed(title=title, link=here, description=title, feed_url=request.build_absolute_uri())
    for one in queries.sealed(_FEED_DAYS):
        address = request.build_absolute_uri(reverse("open-statistics:day", args=[one.day]))
        about = f"sha256 {one.digest}"
        told.add_item(f"{one.day}", address, about, pubdate=one.at, updateddate=one.at, unique_id=address)
    return HttpResponse(told.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _csv(wanted: Wanted) -> Iterator[str]:
    # Days, addresses, codes and numbers: nothing that needs quotes or that a spreadsheet would run.
    yield ",".join(_COLUMNS) + "\r\n"
    for line in queries.lines(wanted):
        yield ",".join(map(str, line)) + "\r\n"


def _json(wanted: Wanted) -> Iterator[str]:
    yield f'{{"since": "{wanted.since}", "until": "{wanted.until}", "uses": ['
    mark = "\n"
    for line in queries.lines(wanted):
        yield mark + json.dumps(dict(zip(_COLUMNS, map(_plain, line), strict=True)))
        mark = ",\n"
    yield "\n]}\n"


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


_FORMS: Final = {"csv": (_csv, "text/csv; charset=utf-8"), "json": (_json, "application/json")}
