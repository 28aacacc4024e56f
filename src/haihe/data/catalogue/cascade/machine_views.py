"""What other installations call: our catalogue page by page, and the doors for theirs and for receipts.

A node shows the token that its registration gave; an operator may take the same pages along as files.
"""

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of
from haihe.data.catalogue.cascade import exchanging
from haihe.data.catalogue.cascade.dcat import SERIALISED, graph_of, serialised
from haihe.data.catalogue.cascade.export import Asked, WrongCursor, as_json, page_of
from haihe.data.catalogue.cascade.models import CatalogueNode, Direction
from haihe.data.catalogue.cascade.nodes import node_of_token
from haihe.data.catalogue.cascade.reading import MOST_BYTES, NoPage
from haihe.data.catalogue.cascade.records import CataloguePage
from haihe.data.catalogue.errors import CatalogueError
from haihe.kernel.problems import MEDIA_TYPE, Problem

_JSON: Final = "application/json"
_SUFFIXES: Final = {"json": _JSON, "ttl": "text/turtle", "rdf": "application/rdf+xml", "jsonld": "application/ld+json"}

type NodeView = Callable[[HttpRequest, CatalogueNode], HttpResponse]


def _for_nodes(view: NodeView) -> Callable[[HttpRequest], HttpResponse]:
    """Let in who shows a node's token; nothing of the body is read before."""

    @never_cache
    @csrf_exempt
    @require_POST
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        node = node_of_token(request.headers.get("Authorization", ""))
        return view(request, node) if node else _unknown()

    return guarded


@never_cache
@require_safe
def entries(request: HttpRequest, suffix: str = "") -> HttpResponse:
    """Give a page of what is published, or of what changed since a moment."""
    if node_of_token(request.headers.get("Authorization", "")) is None and not actor_of(request).has(Role.OPERATOR):
        return _unknown()
    media_type = _SUFFIXES.get(suffix) if suffix else request.get_preferred_type([_JSON, *SERIALISED])
    if media_type is None:
        return _problem("unsupported-media-type", _("可以要 JSON、Turtle、RDF/XML 或 JSON-LD。"))
    try:
        page = page_of(_asked(request), now=timezone.now())
    except WrongCursor:
        return _problem("malformed-request", _("after 应为上一页给出的值。"))
    except ValueError:
        return _problem("malformed-request", _("modified_since 应为带时区的时间，limit 应为整数。"))
    return _answered(request, page, media_type)


@_for_nodes
def receive(request: HttpRequest, node: CatalogueNode) -> HttpResponse:
    """Take a page that a node below sends; answer with the receipt."""
    data = request.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        return _problem("body-too-large", _("每页不能超过 %(n)s MB；请减小每页条数。") % {"n": MOST_BYTES >> 20})
    media_type = (request.content_type or "").lower()
    if media_type not in (_JSON, *SERIALISED):
        return _problem("unsupported-media-type", _("可以用 JSON、Turtle、RDF/XML 或 JSON-LD。"))
    try:
        return JsonResponse(exchanging.receive(node=node, data=data, media_type=media_type, now=timezone.now()))
    except NoPage as refused:
        return _problem("malformed-request", str(refused))
    except CatalogueError as refused:
        return _problem("unavailable", refused.message)


@_for_nodes
def receipts(request: HttpRequest, node: CatalogueNode) -> HttpResponse:
    """Hear from a node above what it took of ours."""
    if node.direction != Direction.UPPER:
        return _unknown()
    try:
        told = json.loads(request.read(64 << 10))
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        return _problem("malformed-request", _("回执应为 JSON 对象。"))
    run = exchanging.keep_receipt(node=node, told=told, now=timezone.now())
    return JsonResponse({"kept": str(run.pk)})


def _asked(request: HttpRequest) -> Asked:
    """Raises: ValueError."""
    told = request.GET
    since = datetime.fromisoformat(told["modified_since"].replace(" ", "+")) if told.get("modified_since") else None
    if since is not None and since.tzinfo is None:
        raise ValueError(since)
    # A plus in an address that nobody escaped reads as a space.
    after = told.get("after", "").replace(" ", "+")
    return Asked(since=since, after=after, limit=int(told.get("limit") or 500))


def _answered(request: HttpRequest, page: CataloguePage, media_type: str) -> HttpResponse:
    site = request.build_absolute_uri("/").rstrip("/")
    if media_type == _JSON:
        response: HttpResponse = JsonResponse(as_json(page), json_dumps_params={"ensure_ascii": False})
    else:
        body = serialised(graph_of(page, site=site), media_type)
        response = HttpResponse(body, content_type=f"{media_type}; charset=utf-8")
    response["Vary"] = "Accept, Authorization, Cookie"
    response["Link"] = ", ".join(_links(request, page, media_type, site))
    return response


def _links(request: HttpRequest, page: CataloguePage, media_type: str, site: str) -> list[str]:
    base = f"{site}/catalogue/cascade/entries"
    query = request.GET.copy()
    here = f"?{query.urlencode()}" if query else ""
    links = [
        f'<{base}.{suffix}{here}>; rel="alternate"; type="{other}"'
        for suffix, other in _SUFFIXES.items()
        if other != media_type
    ]
    if page.next:
        told = {name: query[name] for name in ("modified_since", "limit") if name in query} | {"after": page.next}
        links.append(f'<{site}{request.path}?{urlencode(told)}>; rel="next"')
    return links


def _unknown() -> HttpResponse:
    response = _problem("credentials-invalid", _("请出示本系统登记节点时给出的令牌。"))
    response["WWW-Authenticate"] = 'Bearer realm="catalogue-cascade"'
    return response


def _problem(slug: str, detail: str) -> HttpResponse:
    problem = Problem.of(slug, detail=detail)
    return HttpResponse(problem.to_json(), status=problem.status, content_type=MEDIA_TYPE)
