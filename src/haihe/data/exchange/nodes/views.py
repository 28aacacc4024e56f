"""Pages of the nodes: all links at a glance, one node, a new one; and the address where nodes join."""

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from haihe.data.exchange.nodes import operations
from haihe.data.exchange.nodes.wire import JoinRequest
from haihe.kernel.problems import MEDIA_TYPE, Problem

_MOST_BYTES = 16 * 1024
_LOOPBACK = ("127.0.0.1", "::1")


@csrf_exempt
@require_POST
def join(request: HttpRequest) -> HttpResponse:
    """Let a node in that shows a code. The code is all it has: no session, no cookie, and TLS unless it is here."""
    if not request.is_secure() and request.META.get("REMOTE_ADDR") not in _LOOPBACK:
        return _refused("tls-required")
    try:
        asked = msgspec.json.decode(request.read(_MOST_BYTES), type=JoinRequest)
        welcome = operations.join(asked, now=timezone.now())
    except msgspec.DecodeError:
        return _refused("malformed-request")
    except operations.CodeRefused:
        return _refused("credentials-invalid", "接入码无效或已经过期，请向大数据中心重新索取。")
    answer = HttpResponse(msgspec.json.encode(welcome), content_type="application/json")
    answer["Cache-Control"] = "no-store"
    return answer


def _refused(slug: str, detail: str | None = None) -> HttpResponse:
    problem = Problem.of(slug, detail=detail)
    return HttpResponse(problem.to_json(), content_type=MEDIA_TYPE, status=problem.status)
