"""What a phone does without a network: the worker that keeps pages, and sections that were filled in meanwhile."""

import json
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.base.offline.api import Kept, worker_response
from haihe.platforms.services.forms import operations
from haihe.platforms.services.forms.errors import Changed, DraftNotFound, FormsError
from haihe.platforms.services.forms.operations import Saved
from haihe.platforms.services.forms.typing_in import typed
from haihe.platforms.services.forms.views.answering import section_or_404, settles_who_is_asked, standing_or_404

_MOST_BYTES = 400_000


@require_POST
@role_required(Role.CITIZEN)
def sync(request: HttpRequest, draft: UUID, section: str) -> HttpResponse:
    """Take a section that a phone kept first. `became` is done, wrong, changed or refused; `next` where one goes on."""
    if len(request.body) > _MOST_BYTES:
        return JsonResponse({"became": "refused", "told": _("内容太多，请打开表单重新保存。")}, status=413)
    try:
        told = json.loads(request.body)
        said = QueryDict(str(told["said"]).encode())
        revision = int(told["revision"])
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"became": "refused", "told": _("内容不完整，请重新填写。")}, status=400)
    try:
        saved = _saved(request, draft, section, said, revision)
    except Changed as changed:
        return JsonResponse({"became": "changed", "told": changed.message})
    except FormsError as refused:
        return JsonResponse({"became": "refused", "told": refused.message})
    except (DraftNotFound, Http404):
        return JsonResponse({"became": "refused", "told": _("这份草稿已不在了，可能已过期、已提交或已删除。")})
    became = "wrong" if saved.complaints else "done"
    return JsonResponse({"became": became, "revision": saved.revision, "next": _next(draft, saved)})


def _saved(request: HttpRequest, draft: UUID, section: str, said: QueryDict, revision: int) -> Saved:
    standing, actor, now = standing_or_404(request, draft), actor_of(request), timezone.now()
    asked = section_or_404(standing, section)
    saved = operations.save(
        actor=actor, draft_id=draft, revision=revision, section=asked.name, typed=typed(asked, said), now=now
    )
    if settles_who_is_asked(standing, asked):
        operations.prefill(actor=actor, draft_id=draft, now=now)
    return saved


def _next(draft: UUID, saved: Saved) -> str:
    if not saved.next_section:
        return reverse("services_forms:check", args=[draft])
    return reverse("services_forms:section", args=[draft, saved.next_section])


@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """Give the worker for all pages of services: sections are kept, and a page that says what is on the phone."""
    kept = Kept(
        name="forms",
        paths=f"^{reverse('services_forms:drafts')}drafts/[0-9a-f-]{{36}}/sections/[a-z0-9-]+/$",
        fallback=reverse("services_forms:offline"),
        script="services_forms/offline.js",
        scope=reverse("services:home"),
        is_fallback_public=True,
    )
    return worker_response(kept)


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Say that there is no network, and what can be gone on with. The page is nobody's: it holds no data."""
    return render(request, "services_forms/offline.html")
