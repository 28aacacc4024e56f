"""我的证照: what the holder has, shows, prints and saves. Only one's own certificates exist here."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.platforms.services.certificates import operations, pages, queries, sealing
from haihe.platforms.services.certificates.errors import CertificateNotFound
from haihe.platforms.services.certificates.models import Certificate


@never_cache
@require_safe
@role_required(Role.CITIZEN)
def wallet(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    rows = [pages.row_of(row, now=now) for row in queries.own_certificates(actor_of(request))]
    context = {"rows": [row for row in rows if row.standing.holds], "ended": [r for r in rows if not r.standing.holds]}
    return render(request, "certificates/wallet.html", context)


@never_cache
@require_safe
@role_required(Role.CITIZEN)
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    return render(request, "certificates/certificate.html", {"page": _page(request, number)})


@never_cache
@require_safe
@role_required(Role.CITIZEN)
def printed(request: HttpRequest, number: str) -> HttpResponse:
    return render(request, "certificates/printed.html", {"page": _page(request, number)})


@never_cache
@require_safe
@role_required(Role.CITIZEN)
def document(request: HttpRequest, number: str) -> HttpResponse:
    """Hand out the signed document, which anybody can check without asking us."""
    found = _own_or_404(request, number)
    response = HttpResponse(sealing.text_of(found) + "\n", content_type="application/jose")
    response["Content-Disposition"] = f'attachment; filename="{found.number}.jws"'
    return response


@require_POST
@role_required(Role.CITIZEN)
def renew_code(request: HttpRequest, number: str) -> HttpResponse:
    try:
        operations.renew_code(actor=actor_of(request), number=number, now=timezone.now())
    except CertificateNotFound:
        raise Http404 from None
    messages.success(request, _("已换新的二维码和核验码，旧的不能再用。"))
    return redirect("certificates:certificate", number)


def _page(request: HttpRequest, number: str) -> pages.CertificatePage:
    base = request.build_absolute_uri("/").rstrip("/")
    return pages.certificate_page(_own_or_404(request, number), base=base, now=timezone.now())


def _own_or_404(request: HttpRequest, number: str) -> Certificate:
    try:
        return queries.own_certificate(actor_of(request), number)
    except CertificateNotFound:
        raise Http404 from None
