"""Problems in X-Road's form: `{"type", "message", "detail"}`, with the type in X-Road-Error too.

The type begins as X-Road's own does, for programs that look at its beginning, and ends with our problem's name.
"""

import json
from collections.abc import Mapping

from haihe.kernel.problems import Problem

MEDIA_TYPE = "application/json;charset=utf-8"
_BAD_REQUEST = "Client.BadRequest"
_BEGINNINGS: Mapping[int, str] = {
    401: "Client.NotAuthenticated",
    403: "Server.ServerProxy.AccessDenied",
    404: "Server.ServerProxy.UnknownService",
    429: "Server.ServerProxy.TooManyRequests",
}
_SERVER_FAULT = 500


def error_type(problem: Problem) -> str:
    """Return for instance `Server.ServerProxy.AccessDenied.GrantSuspended`."""
    if problem.status >= _SERVER_FAULT:
        beginning = "Server.ServerProxy.ServiceFailed"
    else:
        beginning = _BEGINNINGS.get(problem.status, _BAD_REQUEST)
    return f"{beginning}.{''.join(word.capitalize() for word in problem.slug.split('-'))}"


def error_body(problem: Problem) -> bytes:
    """Return the body; `detail` is the evidence number, by which the error can be traced."""
    told = {
        "type": error_type(problem),
        "message": f"{problem.title_zh}：{problem.detail}",
        "detail": (problem.instance or "").removeprefix("urn:uuid:"),
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
