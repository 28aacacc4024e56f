"""The pages' figures for Prometheus: how many requests, how long, how many queries each; `/metrics` shows them.

Several processes serve the pages. Each writes its figures to files in PROMETHEUS_MULTIPROC_DIR, which `haihe up` names
and empties; whichever process is asked adds all of them up. Without that folder a process shows its own.
"""

import os
import time
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector

from haihe.telemetry.exposition import REGISTRY
from haihe.telemetry.latency import BOUNDS_S

_FORWARDED = ("X-Forwarded-For", "Forwarded")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
REQUESTS = Counter("haihe_web_requests", "Requests answered.", ("view", "method", "status"), registry=REGISTRY)
SECONDS = Histogram(
    "haihe_web_request_seconds", "Until the answer was made.", ("view",), registry=REGISTRY, buckets=BOUNDS_S
)
QUERIES = Histogram(
    "haihe_web_request_queries",
    "Queries of the database for one answer.",
    ("view",),
    registry=REGISTRY,
    buckets=(0, 1, 2, 5, 10, 20, 30, 50, 100, 200),
)


class MeteringMiddleware:
    """The outermost: what it measures is what the reader waits for. Pages are told apart by their names, never by
    their addresses, so nobody can make the figures grow or read an address in them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        queries, started = _Queries(), time.perf_counter()
        with connection.execute_wrapper(queries):
            response = self.get_response(request)
        view = _name_of(request)
        method = request.method if request.method in _METHODS else "OTHER"
        REQUESTS.labels(view, method, str(response.status_code)).inc()
        SECONDS.labels(view).observe(time.perf_counter() - started)
        QUERIES.labels(view).observe(queries.count)
        return response


class _Queries:
    """Counts what goes through to the database."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Show the figures to those who may read them; for others there is no such page."""
    if not _may_read(request):
        raise Http404
    response = HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_PLAIN_0_0_4)
    response["Cache-Control"] = "no-store"
    return response


def _may_read(request: HttpRequest) -> bool:
    # What a proxy passes on comes from anywhere, though the proxy itself stands beside us.
    if any(request.headers.get(name) for name in _FORWARDED):
        return False
    try:
        peer = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(peer in ip_network(allowed, strict=False) for allowed in settings.HAIHE.metrics_peers)


def _registry() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry(auto_describe=False)
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library says nothing
    return registry


def _name_of(request: HttpRequest) -> str:
    if request.resolver_match is not None:
        return request.resolver_match.view_name or "unnamed"
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"
