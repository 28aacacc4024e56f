"""The issuer's desk: what it issued, and taking it away. Others' certificates don't exist here."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import actor_of, role_required
from haihe.platforms.services.certificates import operations, pages, queries
from haihe.platforms.services.certificates.errors import CertificateNotFound, CertificatesError
from haihe.platforms.services.certificates.models import Certificate
from haihe.platforms.services.certificates.workflow import BY_TWO, CertificateState

_PAGE_ROWS = 20


@never_cache
@require_safe
@role_required(*queries.OFFICERS)
def desk(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    number, state = (_typed(request, name) for name in ("number", "state"))
    rows = queries.desk_certificates(actor_of(request))
    if number:
        rows = rows.filter(number__startswith=number.upper())
    if state in CertificateState.values:
        rows = rows.filter(state=state)
    page = Paginator(rows, _PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [pages.row_of(row, now=now) for row in page],
        "number": number,
        "state": state,
        "states": CertificateState.choices,
    }
    return render(request, "certificates/desk.html", context)


@never_cache
@require_safe
@role_required(*queries.OFFICERS)
def desk_certificate(request: HttpRequest, number: str) -> HttpResponse:
    page = pages.desk_page(_ours_or_404(request, number), actor_of(request), now=timezone.now())
    return render(request, "certificates/desk_certificate.html", {"page": page})


@never_cache
@require_POST
@role_required(*queries.OFFICERS)
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Propose, decide, resume, cancel, or open; the history says who did and why."""
    if name == "open":
        return _open(request, number)
    try:
        messages.success(request, _do(request, number, name))
    except CertificateNotFound:
        raise Http404 from None
    except CertificatesError as wrong:
        messages.error(request, wrong.message)
    return redirect("certificates:desk-certificate", number)


def _do(request: HttpRequest, number: str, name: str) -> str:
    actor, now, reason = actor_of(request), timezone.now(), request.POST.get("reason", "")
    if name in BY_TWO:
        operations.propose(actor=actor, number=number, name=name, reason=reason, now=now)
        return _("已提出，等待另一位审批人决定。")
    if name in ("agree", "disagree"):
        operations.decide(actor=actor, number=number, agree=name == "agree", now=now)
    elif name == "resume":
        operations.resume(actor=actor, number=number, reason=reason, now=now)
    elif name == "cancel":
        operations.end(actor=actor, number=number, reason=reason, now=now)
    else:
        raise Http404
    return _("已办理，持证人会收到通知。")


def _open(request: HttpRequest, number: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    opened, status = None, 200
    try:
        opened = operations.open_wholly(actor=actor, number=number, reason=request.POST.get("reason", ""), now=now)
    except CertificateNotFound:
        raise Http404 from None
    except CertificatesError as wrong:
        messages.error(request, wrong.message)
        status = 422
    page = pages.desk_page(_ours_or_404(request, number), actor, now=now, opened=opened)
    return render(request, "certificates/desk_certificate.html", {"page": page}, status=status)


def _ours_or_404(request: HttpRequest, number: str) -> Certificate:
    try:
        return queries.desk_certificate(actor_of(request), number)
    except CertificateNotFound:
        raise Http404 from None


def _typed(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:64]
