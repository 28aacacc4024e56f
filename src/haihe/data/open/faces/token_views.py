"""Publishers' tokens on a page: who publishes by a program makes one here, and ends it here."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from haihe.base.accounts.api import actor_of, role_required
from haihe.data.open.errors import InputRefused
from haihe.data.open.faces import tokens
from haihe.data.open.faces.models import PublisherToken


@dataclass(frozen=True, slots=True)
class TokensPage:
    """The tokens that hold; `made` is shown this once."""

    rows: tuple[PublisherToken, ...]
    made: str = ""
    complaint: str = ""
    days: int = tokens.TERM.days
    most: int = tokens.MOST


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*tokens.ROLES)
def publisher_tokens(request: HttpRequest) -> HttpResponse:
    """Show one's tokens, and make one."""
    actor, now = actor_of(request), timezone.now()
    made = complaint = ""
    if request.method == "POST":
        try:
            made = tokens.issue(
                actor=actor,
                username=request.user.get_username(),
                purpose=request.POST.get("purpose", ""),
                now=now,
            )
        except InputRefused as refused:
            complaint = refused.message
    page = TokensPage(tuple(tokens.tokens_of(actor, now=now)), made, complaint)
    return render(request, "open_faces/tokens.html", {"page": page}, status=422 if complaint else 200)


@never_cache
@require_POST
@role_required(*tokens.ROLES)
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End one of one's own tokens at once."""
    if not tokens.revoke(actor=actor_of(request), pk=pk, now=timezone.now()):
        raise Http404
    messages.success(request, _("令牌已收回，马上失效。"))
    return redirect("open-tokens")
