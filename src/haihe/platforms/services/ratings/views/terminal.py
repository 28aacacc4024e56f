"""The screen at a window: five big faces, for whoever was just served there."""

from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from haihe.base.accounts.api import actor_of
from haihe.platforms.services.ratings import operations, pages, queries
from haihe.platforms.services.ratings.errors import NotFound, RatingError
from haihe.platforms.services.ratings.models import Channel, Invitation, RatingTerminal
from haihe.platforms.services.ratings.ports import label_of
from haihe.platforms.services.ratings.views.rater import said_in

SHOWN_FOR: Final = timedelta(minutes=5)
"""Whoever was served has left by then, and the next one isn't to rate for them."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def terminal(request: HttpRequest, token: str) -> HttpResponse:
    screen = _screen(token)
    here = queries.newest_at(screen, since=timezone.now() - SHOWN_FOR, now=timezone.now())
    if request.method == "POST":
        # What the screen showed when the finger came down, not who was served meanwhile.
        if here is None or str(here.pk) != request.POST.get("invitation"):
            messages.info(request, _("这次办理的评价时间已过，谢谢您。"))
            return redirect("ratings:terminal", token)
        return _rated(request, token, screen, here)
    return _page(request, token, screen, here)


@never_cache
@require_safe
def stamp(request: HttpRequest, token: str) -> JsonResponse:
    """Say whom the screen is for now, so that it can look again."""
    now = timezone.now()
    here = queries.newest_at(_screen(token), since=now - SHOWN_FOR, now=now)
    return JsonResponse({"stamp": str(here.pk) if here else ""})


def _rated(request: HttpRequest, token: str, screen: RatingTerminal, here: Invitation) -> HttpResponse:
    try:
        operations.rate(
            actor=actor_of(request),
            invitation=here.pk,
            said=said_in(request),
            channel=Channel.TERMINAL,
            now=timezone.now(),
        )
    except RatingError as wrong:
        return _page(request, token, screen, here, complaint=wrong.message, status=422)
    messages.success(request, _("谢谢您的评价。"))
    return redirect("ratings:terminal", token)


def _page(
    request: HttpRequest,
    token: str,
    screen: RatingTerminal,
    here: Invitation | None,
    *,
    complaint: str = "",
    status: int = 200,
) -> HttpResponse:
    asked = request.GET.get("level", "") or request.POST.get("level", "")
    context = {
        "token": token,
        "screen": screen,
        "window": label_of(screen.organisation, screen.window),
        "here": here,
        "occasion": pages.occasions([here])[0] if here else None,
        "faces": pages.faces(),
        "asked": next((face for face in pages.faces() if face.is_low and str(face.level) == asked), None),
        "reasons": pages.reasons()[1],
        "complaint": complaint,
    }
    return render(request, "ratings/terminal.html", context, status=status)


def _screen(token: str) -> RatingTerminal:
    try:
        return queries.terminal_by_token(token)
    except NotFound:
        raise Http404 from None
