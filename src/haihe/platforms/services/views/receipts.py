"""受理回执: printed at the desk or from the phone; its QR code leads to how far the case is, and nothing personal."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from haihe.base.accounts.api import Role, actor_of, client_address, role_required
from haihe.platforms.services import queries, receipts
from haihe.platforms.services.certificates.api import TooManyGuesses
from haihe.platforms.services.errors import CaseNotFound


@never_cache
@require_safe
@role_required(Role.CITIZEN)
def mine(request: HttpRequest, number: str) -> HttpResponse:
    found = queries.own_cases(actor_of(request)).filter(number=number).first()
    if found is None:
        raise Http404(_("没有找到这个办件。"))
    page = receipts.receipt_of(found, base=_base(request))
    return render(request, "services/receipt.html", _shown(page, "services:case", "layout/phone.html"))


@never_cache
@require_safe
@role_required(Role.CLERK, Role.APPROVER)
def at_desk(request: HttpRequest, number: str) -> HttpResponse:
    try:
        found = queries.case_for(actor_of(request), number)
    except CaseNotFound as missing:
        raise Http404(missing.message) from missing
    page = receipts.receipt_of(found, base=_base(request))
    return render(request, "services/receipt.html", _shown(page, "services:desk-case", "layout/page.html"))


@never_cache
@require_safe
def progress(request: HttpRequest, number: str, token: str) -> HttpResponse:
    """Show how far a case is to whoever has its receipt."""
    address, now = client_address(request), timezone.now()
    try:
        page = receipts.progress_of(number=number, token=token, address=address, now=now)
    except CaseNotFound as missing:
        return render(request, "services/progress.html", {"complaint": missing.message}, status=404)
    except TooManyGuesses as locked:
        return render(request, "services/progress.html", {"complaint": locked.message}, status=429)
    response = render(request, "services/progress.html", {"page": page})
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _shown(page: receipts.Receipt, up: str, frame: str) -> dict[str, object]:
    """The same receipt for the applicant's phone and for the desk; `up` leads back to the case."""
    return {"page": page, "up": up, "frame": frame}


def _base(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")
