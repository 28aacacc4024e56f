"""Rating, on one's own phone or by a link that works signed out; and following what is done about a low rating."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import NotPermitted, Role, actor_of, role_required
from haihe.platforms.services.ratings import links, operations, pages, queries
from haihe.platforms.services.ratings.errors import NotFound, RatingError
from haihe.platforms.services.ratings.models import Channel, Invitation, Rating
from haihe.platforms.services.ratings.operations import Said
from haihe.platforms.services.ratings.operations.moving import move_by_rater

_SHOWN = 50


@never_cache
@require_safe
@role_required(Role.CITIZEN)
def mine(request: HttpRequest) -> HttpResponse:
    rows = pages.my_rows(queries.own_invitations(actor_of(request))[:_SHOWN], now=timezone.now())
    return render(request, "ratings/mine.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CITIZEN)
def rate(request: HttpRequest, pk: UUID) -> HttpResponse:
    invitation = _own(request, pk)
    if request.method != "POST":
        return _page(request, invitation, shows_said=True)
    return rated(request, invitation, Channel.PHONE) or redirect("ratings:rate", pk)


@never_cache
@require_POST
@role_required(Role.CITIZEN)
def act(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """Say whether the answer to one's low rating contents."""
    return _acted(request, _own(request, pk), name) or redirect("ratings:rate", pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever holds the link rate once. Afterwards it tells nothing of what was said."""
    try:
        invitation = queries.invitation_by_link(token)
    except NotFound:
        raise Http404 from None
    if request.method != "POST":
        return _page(request, invitation, shows_said=False)
    answer = rated(request, invitation, Channel.LINK)
    if answer is not None:
        return answer
    said = Rating.objects.get(invitation=invitation)
    return redirect(links.follow_path(invitation.pk) if said.is_low else links.rate_path(invitation.pk))


@never_cache
@require_safe
def follow(request: HttpRequest, pk: UUID, token: str) -> HttpResponse:
    """Show whoever rated by a link what is done about it."""
    return _page(request, _followed(pk, token), shows_said=True, follow_token=token)


@never_cache
@require_POST
def follow_act(request: HttpRequest, pk: UUID, token: str, name: str) -> HttpResponse:
    return _acted(request, _followed(pk, token), name, follow_token=token) or redirect("ratings:follow", pk, token)


def said_in(request: HttpRequest) -> Said:
    """Read what was ticked and written; what isn't a level is none."""
    level = request.POST.get("level", "")
    return Said(
        level=int(level) if level in {"1", "2", "3", "4", "5"} else 0,
        tags=request.POST.getlist("tags"),
        words=request.POST.get("words", ""),
    )


def rated(request: HttpRequest, invitation: Invitation, channel: Channel) -> HttpResponse | None:
    """Keep the rating; return the page with what was wrong with it, or None."""
    try:
        operations.rate(
            actor=actor_of(request),
            invitation=invitation.pk,
            said=said_in(request),
            channel=channel,
            now=timezone.now(),
        )
    except RatingError as wrong:
        return _page(request, invitation, shows_said=False, complaint=wrong.message, status=422)
    messages.success(request, _("谢谢您的评价。"))
    return None


def _acted(request: HttpRequest, invitation: Invitation, name: str, *, follow_token: str = "") -> HttpResponse | None:
    try:
        move_by_rater(invitation=invitation, name=name, words=request.POST.get("words", ""), now=timezone.now())
    except RatingError as wrong:
        return _page(
            request, invitation, shows_said=True, complaint=wrong.message, status=422, follow_token=follow_token
        )
    except NotPermitted:
        raise Http404 from None
    messages.success(request, _("已收到，谢谢您。"))
    return None


def _page(
    request: HttpRequest,
    invitation: Invitation,
    *,
    shows_said: bool,
    complaint: str = "",
    status: int = 200,
    follow_token: str = "",
) -> HttpResponse:
    page = pages.rate_page(
        invitation,
        now=timezone.now(),
        shows_said=shows_said,
        complaint=complaint,
        words=request.POST.get("words", ""),
        level=request.POST.get("level", ""),
        ticked=request.POST.getlist("tags"),
    )
    return render(request, "ratings/rate.html", {"page": page, "follow_token": follow_token}, status=status)


def _own(request: HttpRequest, pk: UUID) -> Invitation:
    try:
        return queries.own_invitation(actor_of(request), pk)
    except NotFound:
        raise Http404 from None


def _followed(pk: UUID, token: str) -> Invitation:
    try:
        return queries.invitation_to_follow(pk, token)
    except NotFound:
        raise Http404 from None
