"""Read a request into parameters, and write an answer as clients expect it: JSON, or JSONP for a name that is one."""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_plus

import msgspec
from django.core.exceptions import BadRequest as Malformed
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError

from haihe.data.open.faces.ckan.asking import Asked, has_forbidden, read_json
from haihe.data.open.faces.ckan.errors import BadRequest

MOST_BODY_BYTES: Final = 8 * 1024 * 1024
MOST_FILE_BYTES: Final = 256 * 1024 * 1024
_MOST_PARAMETERS: Final = 200
_CALLBACK: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]{0,63}(\.[A-Za-z_$][A-Za-z0-9_$]{0,63}){0,4}")
_JSON: Final = "application/json;charset=utf-8"
_JAVASCRIPT: Final = "application/javascript;charset=utf-8"


def read_address(request: HttpRequest) -> Asked:
    """Return the parameters of an address; what is there twice becomes a list. Raises: BadRequest."""
    values: dict[str, Any] = {}
    if len(request.GET) > _MOST_PARAMETERS:
        raise BadRequest("Bad request: 参数太多。 There are too many parameters.")
    for name, told in request.GET.lists():
        if name != "callback":
            values[name] = told[0] if len(told) == 1 else told
    return Asked(values)


def read_body(request: HttpRequest) -> Asked:
    """Return the parameters of a body: JSON, a form, or a form with files. Raises: BadRequest."""
    is_form = request.content_type == "multipart/form-data"
    _check_length(request, MOST_FILE_BYTES if is_form else MOST_BODY_BYTES)
    return _form(request) if is_form else Asked(_plain(_taken(request), request.content_type or ""))


def respond(
    request: HttpRequest, body: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Return the answer. Raises: BadRequest where it is to call something that is no name."""
    told = msgspec.json.encode(body)
    callback = request.GET.get("callback", "") if request.method == "GET" else ""
    if callback:
        if not _CALLBACK.fullmatch(callback):
            raise BadRequest("Bad request: callback 不是函数名。 The callback is no name of a function.")
        # An empty comment in front: nothing of another format begins so.
        called = b"/**/" + callback.encode() + b"(" + told + b");"
        return _open(HttpResponse(called, status=status, headers=headers, content_type=_JAVASCRIPT))
    return _open(HttpResponse(told, status=status, headers=headers, content_type=_JSON))


def refuse(bad: BadRequest) -> HttpResponse:
    """Return the bare text that isn't an answer to any action."""
    return _open(HttpResponse(msgspec.json.encode(bad.text), status=bad.status, content_type=_JSON))


def preflight() -> HttpResponse:
    """Let pages of any site ask; cookies count for nothing here."""
    answer = HttpResponse(status=204)
    answer["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
    answer["Access-Control-Allow-Headers"] = "X-CKAN-API-Key, Authorization, Content-Type"
    answer["Access-Control-Max-Age"] = "86400"
    return _open(answer)


def _open(answer: HttpResponse) -> HttpResponse:
    answer["Access-Control-Allow-Origin"] = "*"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _check_length(request: HttpRequest, most: int) -> None:
    told = request.META.get("CONTENT_LENGTH") or "0"
    if not (told.isascii() and told.isdigit() and int(told[:20]) <= most):
        limit = most // 1024 // 1024
        raise BadRequest(f"Bad request: 请求超过 {limit} MB。 The request is larger than {limit} MB.", status=413)


def _taken(request: HttpRequest) -> bytes:
    try:
        body = request.read(MOST_BODY_BYTES + 1)
    except UnreadablePostError:
        raise BadRequest("Bad request: 请求没有传完。 The request broke off.") from None
    if len(body) > MOST_BODY_BYTES:
        raise BadRequest("Bad request: 请求太大。 The request is too large.", status=413)
    return body


def _plain(body: bytes, content_type: str) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        return _object(read_json(body))
    except ValueError as wrong:
        if content_type == "application/x-www-form-urlencoded":
            return _urlencoded(body)
        raise _no_json(wrong) from None


def _urlencoded(body: bytes) -> dict[str, Any]:
    """Read what old clients send: JSON in the disguise of a form, or a form."""
    try:
        text = body.decode()
        return _object(read_json(unquote_plus(text)))
    except UnicodeDecodeError as wrong:
        raise _no_json(wrong) from None
    except ValueError as wrong:
        try:
            pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS, strict_parsing=True)
        except ValueError:
            raise _no_json(wrong) from None
        return _object(dict(pairs))


def _form(request: HttpRequest) -> Asked:
    try:
        fields, files = request.POST, request.FILES
    except (MultiPartParserError, SuspiciousOperation, Malformed, UnreadablePostError):
        raise BadRequest("Bad request: 表单有误。 The form can't be read.") from None
    return Asked(_object(fields.dict()), {name: file for name, file in files.items() if isinstance(file, UploadedFile)})


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadRequest("Bad request: JSON Error: 请求应当是 JSON 对象。 Request data JSON decoded to no object.")
    if has_forbidden(value):
        raise BadRequest("Bad request: JSON Error: 含有不能使用的字符。 It holds characters that cannot be used.")
    return value


def _no_json(wrong: ValueError) -> BadRequest:
    return BadRequest(f"Bad request: JSON Error: 请求不是有效的 JSON。 Error decoding JSON data: {str(wrong)[:120]}")
