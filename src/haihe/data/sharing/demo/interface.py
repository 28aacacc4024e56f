"""The made-up interface of 民政局's business system, which the demo's proxied service asks. Outside the demo: nothing.

It knows Mr Liu and nobody else, as the register does; all it says is synthetic and says so.
"""

import hmac
import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from haihe.city.cast import LIU
from haihe.data.sharing.demo.entries_kinds import INTERFACE_KEY, INTERFACE_KEY_HEADER, INTERFACE_PATH

_LONGEST_QUESTION = 4096


# No session and no cookie: whoever asks shows the key.
@csrf_exempt
@require_POST
def persons(request: HttpRequest) -> HttpResponse:
    """Answer about one person, as such systems do: type and amount in `data`, 404 for who isn't known."""
    if not settings.HAIHE.demo:
        raise Http404
    if not hmac.compare_digest(request.headers.get(INTERFACE_KEY_HEADER, "").encode(), INTERFACE_KEY.encode()):
        return JsonResponse({"error": "the key is wrong"}, status=401)
    number = _number(request)
    if number is None:
        return JsonResponse({"error": "sfzh is missing"}, status=400)
    if number != LIU.id_number:
        return JsonResponse({"error": "unknown"}, status=404)
    told = {"sfzh": number, "type": "最低生活保障", "amount": 1010.0}
    return JsonResponse({"synthetic": True, "data": told})


def _number(request: HttpRequest) -> str | None:
    try:
        said = json.loads(request.read(_LONGEST_QUESTION))
    except ValueError:
        return None
    number = said.get("sfzh") if isinstance(said, dict) else None
    return number if isinstance(number, str) else None


urlpatterns = [path(INTERFACE_PATH.removeprefix("/demo/"), persons)]
