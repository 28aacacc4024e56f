"""Files in parts, for the pages' own script: what tus 1.0 calls creation, termination and expiration, and no more.

    POST   …/uploads/          Upload-Length, Upload-Metadata: field <base64>,filename <base64>     201, Location
    HEAD   …/uploads/<id>/     how far it has come: Upload-Offset; Upload-Complete: ?1 once the draft has it
    PATCH  …/uploads/<id>/     Upload-Offset and a part of the file                                 204, Upload-Offset
    DELETE …/uploads/<id>/     given up                                                             204

`Haihe-Revision` is the draft's revision after it.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.platforms.services.forms import operations
from haihe.platforms.services.forms.errors import DraftNotFound, UploadRefused, WrongPart
from haihe.platforms.services.forms.operations.resuming import MOST_PART_BYTES, Arriving
from haihe.platforms.services.forms.operations.uploading import MOST_BYTES

VERSION: Final = "1.0.0"
PART_TYPE: Final = "application/offset+octet-stream"
_LONGEST_METADATA: Final = 2000
_LONGEST_NUMBER: Final = 12


def _speaks_tus[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Answer in the protocol's version, and refuse what speaks another; tell what went wrong in a sentence."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = _answered(request, *args, **kwargs)
        response["Tus-Resumable"] = VERSION
        return response

    def _answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
            return HttpResponse(status=412, headers={"Tus-Version": VERSION})
        try:
            return view(request, *args, **kwargs)
        except DraftNotFound:
            return _told(_("这次上传已不在了，请重新选择文件。"), 404)
        except WrongPart as wrong:
            answered = _told(wrong.message, 409)
            answered["Upload-Offset"] = str(wrong.offset)
            return answered
        except UploadRefused as refused:
            return _told(refused.message, 422)

    return answer


@never_cache
@require_http_methods(["OPTIONS", "POST"])
@role_required(Role.CITIZEN, Role.CLERK, Role.FIELD_WORKER)
@_speaks_tus
def uploads(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Announce a file."""
    if request.method == "OPTIONS":
        told = {"Tus-Version": VERSION, "Tus-Extension": "creation,termination,expiration"}
        return HttpResponse(status=204, headers=told | {"Tus-Max-Size": str(MOST_BYTES)})
    size, said = (
        _number(request.headers.get("Upload-Length", "")),
        _metadata(request.headers.get("Upload-Metadata", "")),
    )
    if size is None or "field" not in said:
        return _told(_("上传请求不完整，请重新选择文件。"), 400)
    begun = operations.begin_upload(
        actor=actor_of(request),
        draft_id=draft,
        field=said["field"],
        name=said.get("filename", ""),
        size_bytes=size,
        now=timezone.now(),
    )
    response = _standing(begun, 201)
    response["Location"] = reverse("services_forms:upload", args=[draft, begun.id])
    return response


@never_cache
@require_http_methods(["HEAD", "PATCH", "DELETE"])
@role_required(Role.CITIZEN, Role.CLERK, Role.FIELD_WORKER)
@_speaks_tus
def upload(request: HttpRequest, draft: UUID, upload: UUID) -> HttpResponse:
    """Tell how far a file has come, take a part of it, or give it up."""
    actor, now = actor_of(request), timezone.now()
    if request.method == "HEAD":
        return _standing(operations.standing_of(actor=actor, draft_id=draft, upload_id=upload, now=now), 200)
    if request.method == "DELETE":
        operations.abandon_upload(actor=actor, draft_id=draft, upload_id=upload, now=now)
        return HttpResponse(status=204)
    return _take(request, draft, upload)


def _take(request: HttpRequest, draft: UUID, upload: UUID) -> HttpResponse:
    offset = _number(request.headers.get("Upload-Offset", ""))
    length = _number(request.headers.get("Content-Length", ""))
    if request.content_type != PART_TYPE:
        return _told(_("上传请求不完整，请重新选择文件。"), 415)
    if offset is None or length is None:
        return _told(_("上传请求不完整，请重新选择文件。"), 400)
    if length > MOST_PART_BYTES:
        return _told(_("这一段太大，请分成小段上传。"), 413)
    taken = operations.take_part(
        actor=actor_of(request), draft_id=draft, upload_id=upload, offset=offset, data=request.body, now=timezone.now()
    )
    return _standing(taken, 204)


def _standing(arriving: Arriving, status: int) -> HttpResponse:
    response = HttpResponse(status=status)
    response["Upload-Offset"] = str(arriving.offset)
    response["Upload-Length"] = str(arriving.size_bytes)
    response["Upload-Complete"] = "?1" if arriving.is_taken else "?0"
    response["Haihe-Revision"] = str(arriving.revision)
    if arriving.expires_at is not None:
        response["Upload-Expires"] = http_date(arriving.expires_at.timestamp())
    return response


def _told(sentence: str, status: int) -> HttpResponse:
    return JsonResponse({"told": sentence}, status=status)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else None


def _metadata(text: str) -> dict[str, str]:
    """Return what was said of the file; nothing of what can't be read."""
    if len(text) > _LONGEST_METADATA:
        return {}
    said = {}
    for pair in text.split(","):
        name, _space, value = pair.strip().partition(" ")
        try:
            said[name] = b64decode(value, validate=True).decode()
        except (NotBase64, UnicodeDecodeError):
            return {}
    return said
