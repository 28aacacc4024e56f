"""The CKAN Action API over HTTP. No cookie counts here: who writes sends a token, so no site can for them."""

import logging
from collections.abc import Callable, Iterator
from functools import partial
from time import monotonic
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from haihe.data.open.faces.askers import UnknownToken, asker_of
from haihe.data.open.faces.calls import count_use
from haihe.data.open.faces.ckan import speaking
from haihe.data.open.faces.ckan.actions import ACTIONS
from haihe.data.open.faces.ckan.asking import Asked
from haihe.data.open.faces.ckan.dumping import FORMATS, dumped
from haihe.data.open.faces.ckan.errors import ActionError, BadRequest, NotAuthorized, ValidationError
from haihe.data.open.faces.ckan.looking_up import rows_named
from haihe.data.open.faces.ckan.registry import Action, Scene
from haihe.data.open.faces.ckan.write_actions import token_needed
from haihe.data.open.models.usage import UsageKind
from haihe.data.open.store import QueryTrouble

LOOK_S: Final = 1.0
_log = logging.getLogger("haihe.open.faces")


@require_safe
def version(request: HttpRequest) -> HttpResponse:
    """Tell which version of the API this is."""
    return JsonResponse({"version": 3})


@csrf_exempt
@require_http_methods(["GET", "POST", "OPTIONS"])
def act(request: HttpRequest, name: str) -> HttpResponse:
    """Do one action and tell its result, or why not, as CKAN does."""
    if request.method == "OPTIONS":
        return speaking.preflight()
    try:
        action = ACTIONS.get(name)
        if action is None:
            raise BadRequest(f"Bad request: Action name not known: {name[:60]}")
        return _answered(request, action)
    except BadRequest as bad:
        return speaking.refuse(bad)


def _answered(request: HttpRequest, action: Action) -> HttpResponse:
    base = request.build_absolute_uri("/").rstrip("/")
    told = {"help": f"{base}/api/3/action/help_show?name={action.name}"}
    if request.method == "GET" and not action.reads:
        raise BadRequest("Bad request: JSON Error: Invalid request. Please use POST method for your request")
    try:
        scene = _scene(request, base)
        if not action.reads and not scene.asker.actor.is_signed_in:
            # Nothing is taken in from those who may not write.
            raise token_needed()
        result = action.run(_read(request, action), scene)
    except ActionError as error:
        refused = told | {"success": False, "error": error.told()}
        return speaking.respond(request, refused, status=error.status, headers=error.headers)
    return speaking.respond(request, told | {"success": True, "result": result}, headers=scene.limits)


def _scene(request: HttpRequest, base: str) -> Scene:
    now = timezone.now()
    try:
        return Scene(asker_of(request, now=now), base, now)
    except UnknownToken:
        raise NotAuthorized(
            "密钥或者令牌无效、已经收回或者过期。", "The key or token isn't valid, was withdrawn or has expired."
        ) from None


def _read(request: HttpRequest, action: Action) -> Asked:
    return speaking.read_body(request) if request.method == "POST" else speaking.read_address(request)


@require_safe
def dump(request: HttpRequest, name: str) -> HttpResponseBase:
    """Stream all rows of a resource, or those that the same parameters as of datastore_search choose."""
    try:
        return _dumped(request, name)
    except BadRequest as bad:
        return speaking.refuse(bad)
    except ActionError as error:
        # The dump is a page in CKAN: what is wrong with it is a bad request.
        status = 400 if isinstance(error, ValidationError) else error.status
        refused = {"success": False, "error": error.told()}
        return speaking.respond(request, refused, status=status, headers=error.headers)


def _dumped(request: HttpRequest, name: str) -> HttpResponseBase:
    asked, scene = speaking.read_address(request), _scene(request, "")
    form = asked.text("format") or "csv"
    if form not in FORMATS:
        raise ValidationError.of("format", f"应当是 {'、'.join(FORMATS)}。", f"Must be one of {', '.join(FORMATS)}.")
    rows = rows_named(name, scene.asker, now=scene.now)
    scene.take_call()
    if request.method == "HEAD":
        answer: HttpResponseBase = HttpResponse(content_type=FORMATS[form].media_type)
    else:
        pieces = dumped(asked, rows, form, now=scene.now)
        count_use(scene.asker, rows.row.slug, UsageKind.DOWNLOAD, now=scene.now)
        still = partial(rows_named, name, scene.asker)
        answer = StreamingHttpResponse(watched(pieces, still), content_type=FORMATS[form].media_type)
    for name_of, told in scene.limits.items():
        answer[name_of] = told
    answer["Content-Disposition"] = f'attachment; filename="{rows.row.slug}.{form}"'
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def watched(pieces: Iterator[bytes], still: Callable[..., object], *, look_s: float = LOOK_S) -> Iterator[bytes]:
    """Yield the pieces; a file that can't go on breaks off, so that nobody takes a part for the whole.

    `still` is asked now and then, with the time as `now`; it raises once the asker may not have the rows any more.
    """
    look_at = monotonic() + look_s
    try:
        for piece in pieces:
            if monotonic() >= look_at:
                still(now=timezone.now())
                look_at = monotonic() + look_s
            yield piece
    except (QueryTrouble, ActionError) as trouble:
        _log.warning("a dump broke off: %s", trouble)
        raise
