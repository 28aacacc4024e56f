"""`/healthz`: healthy is a query answered and a signed round trip through the gateway, not "the process is up"."""

from collections.abc import Callable

import httpx
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from haihe.kernel.problems import MEDIA_TYPE, Problem

_TIMEOUT_S = 8.0


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say 200, or 503 with a problem document that names each part that failed."""
    faults = [fault for check in CHECKS if (fault := check())]
    if faults:
        problem = Problem.of("unavailable", detail=" ".join(faults))
        return HttpResponse(problem.to_json(), status=problem.status, content_type=MEDIA_TYPE)
    response = JsonResponse({"status": "ok"})
    response["Cache-Control"] = "no-store"
    return response


def _database() -> str | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_migrations")
    except DatabaseError:
        return "数据库查询失败。"
    return None


def _gateway() -> str | None:
    """Ask the gateway, which signs a request to itself and follows it to the durable record and back."""
    try:
        answer = httpx.get(f"{settings.HAIHE.gateway_url}/healthz", timeout=_TIMEOUT_S, trust_env=False)
    except httpx.HTTPError:
        return "共享网关无法连接。"
    return None if answer.status_code == 200 else "共享网关自检未通过。"


CHECKS: tuple[Callable[[], str | None], ...] = (_database, _gateway)
