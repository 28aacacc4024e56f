"""The phone of whoever goes to people: today's visits, one visit, and what was written down without a network."""

import json
from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import Actor, NotPermitted, Role, actor_of, role_required
from haihe.base.offline.api import Kept, worker_response
from haihe.data.matching import pages_leads, queries_leads
from haihe.data.matching.errors import Changed, MatchingError, NotFound
from haihe.data.matching.forms import StepForm
from haihe.data.matching.operations.visiting import move_lead
from haihe.data.matching.views.answering import attempt, or_404, tell

MOST_STEPS: Final = 50
_MOST_BYTES: Final = 200_000
_FREE_SHOWN: Final = 20


@never_cache
@require_safe
@role_required(Role.FIELD_WORKER)
def visits(request: HttpRequest) -> HttpResponse:
    page = pages_leads.visits_page(actor_of(request), today=timezone.localdate(), most=_FREE_SHOWN)
    return render(request, "matching/visits.html", {"page": page})


@never_cache
@require_safe
@role_required(Role.FIELD_WORKER)
def visit(request: HttpRequest, number: str) -> HttpResponse:
    return _visit(request, number)


@require_POST
@role_required(Role.FIELD_WORKER)
def step(request: HttpRequest, number: str) -> HttpResponse:
    """Take a step without a script: the button's name is the move."""
    form = StepForm(request.POST)
    if not form.is_valid():
        raise Http404
    told = form.step(request.POST.get("name", ""))
    done, refusal = attempt(lambda: move_lead(actor=actor_of(request), number=number, step=told, now=timezone.now()))
    if done is None:
        return _visit(request, number, refusal=refusal)
    tell(request, "", _("已办理。"))
    still = queries_leads.visits_of(actor_of(request)).filter(pk=done.pk).exists()
    return redirect("matching:visit", number) if still else redirect("matching:visits")


@require_POST
@role_required(Role.FIELD_WORKER)
def sync(request: HttpRequest) -> HttpResponse:
    """Take what a phone wrote down, each step once however often it comes. Answers for each token what became of it."""
    if len(request.body) > _MOST_BYTES:
        return JsonResponse({"steps": []}, status=413)
    try:
        told = json.loads(request.body)["steps"]
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"steps": []}, status=400)
    if not isinstance(told, list) or len(told) > MOST_STEPS or not all(isinstance(one, dict) for one in told):
        return JsonResponse({"steps": []}, status=400)
    return JsonResponse({"steps": [_synced(actor_of(request), one) for one in told]})


@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """Give the service worker from the folder of the pages that it may keep."""
    home = reverse("matching:visits")
    kept = Kept(name="visits", paths=f"^{home}(?!worker)", fallback=home, script="matching/visits.js")
    return worker_response(kept)


def _synced(actor: Actor, told: Mapping[str, Any]) -> dict[str, object]:
    token = str(told.get("token", ""))
    form = StepForm({name: value for name, value in told.items() if isinstance(value, str | int)})
    if not form.is_valid() or not form.cleaned_data["token"]:
        return {"token": token, "became": "refused", "told": _("内容不完整，请重新填写。")}
    try:
        done = move_lead(
            actor=actor,
            number=str(told.get("number", "")),
            step=form.step(str(told.get("name", ""))),
            now=timezone.now(),
        )
    except Changed as changed:
        return {"token": token, "became": "changed", "told": changed.message}
    except MatchingError as refused:
        return {"token": token, "became": "refused", "told": refused.message}
    except (NotFound, NotPermitted):
        return {"token": token, "became": "refused", "told": _("这条线索已不在您这里。")}
    return {"token": token, "became": "done", "told": str(done.get_state_display())}


def _visit(request: HttpRequest, number: str, *, refusal: str = "") -> HttpResponse:
    actor = actor_of(request)
    found = or_404(lambda: queries_leads.lead_for(actor, number))
    page = pages_leads.lead_page(actor, found, phone=True, now=timezone.now(), refusal=refusal)
    return render(request, "matching/visit.html", {"page": page}, status=422 if refusal else 200)
