"""Answer as the older interface did. A key is the token; its daily calls are the key's."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import msgspec
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from haihe.data.open.faces.askers import UnknownToken, asker_of
from haihe.data.open.faces.calls import CallRefused, count_use, take_call
from haihe.data.open.faces.conditional import NotGranted, Rows, rows_for
from haihe.data.open.faces.gone import gone_dataset
from haihe.data.open.faces.legacy.asking import Invocation, Wrong, read
from haihe.data.open.models import Dataset, DatasetVersion
from haihe.data.open.models.reads import ReadKind
from haihe.data.open.models.usage import UsageKind
from haihe.data.open.store import Query, QueryTrouble, StoreDamaged
from haihe.data.open.workflow import DatasetState

_WELL, _WRONG = 200, 500
_MOST_CELLS: Final = 1_000_000
_JSON: Final = "application/json;charset=utf-8"
_UNREADABLE: Final = (
    MultiPartParserError,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    UnreadablePostError,
)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def invoke(request: HttpRequest, name: str) -> HttpResponse:
    """Return a page of a dataset's rows: `columnNames`, `list`, `totalCount`."""
    limits: dict[str, str] = {}
    try:
        body = _answered(request, UUID(name), limits)
    except Wrong as wrong:
        body = {"code": _WRONG, "msg": wrong.message}
    answer = HttpResponse(msgspec.json.encode(body), content_type=_JSON, headers=limits)
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = "no-store"
    return answer


def _answered(request: HttpRequest, dataset: UUID, limits: dict[str, str]) -> dict[str, Any]:
    """Return the body, and put what is left of the key's allowance into `limits`. Raises: Wrong."""
    asked = read(_told(request))
    now = timezone.now()
    try:
        asker = asker_of(request, now=now, token=asked.token)
    except UnknownToken:
        raise Wrong("authToken 无效、已经收回或者过期。 The authToken isn't valid, was withdrawn or expired.") from None
    if asker.key is None:
        raise Wrong("这里要用开发者的访问密钥。 A developer's key is needed here.")
    row, version = _found(dataset)
    try:
        rows = rows_for(asker, row, version, now=now)
        limits.update(take_call(asker, now=now).headers)
        told = _page(rows, asked)
    except NotGranted:
        raise Wrong("这个数据集有条件开放，请先在门户提出申请。 It is open under conditions: apply first.") from None
    except CallRefused as refused:
        limits.update(refused.headers)
        raise Wrong(f"{refused.zh} {refused.en}") from None
    except StoreDamaged:
        raise Wrong("这个版本的文件有问题，请稍后再试。 The files are damaged; please try later.") from None
    except QueryTrouble as trouble:
        raise Wrong(f"{trouble.zh} {trouble.en}") from None
    rows.keep(ReadKind.ROWS, [column.name for column in rows.store.columns], len(told["list"]), now=now)
    count_use(asker, row.slug, UsageKind.CALL, now=now)
    return told


def _told(request: HttpRequest) -> Mapping[str, str]:
    told = request.GET.dict()
    if request.method == "POST":
        try:
            told |= request.POST.dict()
        except _UNREADABLE:
            raise Wrong("请求有误，请用表单提交参数。 The request can't be read; send a form.") from None
    return {name: str(value) for name, value in told.items()}


def _found(dataset: UUID) -> tuple[Dataset, DatasetVersion]:
    row = Dataset.objects.filter(pk=dataset).first()
    if row is not None and (gone := gone_dataset(row.slug)) is not None:
        raise Wrong(f"{gone.zh} {gone.en}")
    is_served = row is not None and row.state == DatasetState.PUBLISHED and row.has_api
    version = row.versions.filter(is_current=True).first() if row and is_served else None
    if row is None or version is None:
        raise Wrong("没有这个接口，或者它已经停止。 There is no such interface, or it has ended.")
    return row, version


def _page(rows: Rows, asked: Invocation) -> dict[str, Any]:
    store = rows.store
    if asked.size * len(store.columns) > _MOST_CELLS:
        raise Wrong("这个数据集的列很多，请减少每页行数。 There are many columns; ask for fewer rows.")
    total = store.manifest.rows
    page = store.page(Query(limit=asked.size, offset=asked.offset)).rows if asked.offset < total else []
    names = _names(rows)
    return {
        "code": _WELL,
        "msg": "success",
        "totalCount": total,
        "page": asked.size,
        "pageNum": asked.number,
        "columnNames": names,
        "list": [dict(zip(names, row[1:], strict=True)) for row in page],
    }


def _names(rows: Rows) -> list[str]:
    """Return the columns' titles, as the older interface named them; a title that is there twice with its name."""
    titles = [column.title_zh for column in rows.store.columns]
    return [
        column.title_zh if titles.count(column.title_zh) == 1 else f"{column.title_zh}（{column.name}）"
        for column in rows.store.columns
    ]
