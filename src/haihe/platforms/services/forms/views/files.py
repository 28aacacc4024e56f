"""Files of drafts and cases: taken with the section they belong to, given back only to those whose they are."""

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from haihe.base.accounts.api import actor_of, role_required
from haihe.platforms.services.forms import operations
from haihe.platforms.services.forms.arriving import ArrivedFile
from haihe.platforms.services.forms.cleaning import Path
from haihe.platforms.services.forms.errors import DraftNotFound, UploadRefused
from haihe.platforms.services.forms.fields import Kind, Section
from haihe.platforms.services.forms.values import is_upload_id


@never_cache
@require_safe
@role_required()
def file(request: HttpRequest, upload: UUID) -> HttpResponseBase:
    """Give a file to be stored, never to be shown: whatever is in it, no page of ours runs it."""
    try:
        opened = operations.open_upload(actor=actor_of(request), upload_id=upload)
    except DraftNotFound as missing:
        raise Http404(_("没有找到这个附件。")) from missing
    response = StreamingHttpResponse(opened.pieces, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=opened.name)
    response["Content-Length"] = str(opened.size_bytes)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def take_files(request: HttpRequest, draft: UUID, sections: Sequence[Section]) -> dict[Path, str]:
    """Add the files that came and remove the one that was pointed at; return why some weren't taken, by field."""
    asked = {field.name for section in sections for field in section.fields if field.kind is Kind.FILE}
    refused: dict[Path, str] = {}
    for name in asked:
        for come in request.FILES.getlist(name):
            if isinstance(come, ArrivedFile):
                _take(request, draft, name, come, refused)
    _remove(request, draft)
    return refused


def _take(request: HttpRequest, draft: UUID, name: str, come: ArrivedFile, refused: dict[Path, str]) -> None:
    try:
        operations.add_upload(
            actor=actor_of(request), draft_id=draft, field=name, arrived=come.arrived, now=timezone.now()
        )
    except UploadRefused as wrong:
        refused[(name,)] = wrong.message


def _remove(request: HttpRequest, draft: UUID) -> None:
    pointed_at = request.POST.get("remove", "")
    if not is_upload_id(pointed_at):
        return
    try:
        operations.remove_upload(
            actor=actor_of(request), draft_id=draft, upload_id=UUID(pointed_at), now=timezone.now()
        )
    except DraftNotFound as missing:
        raise Http404 from missing
