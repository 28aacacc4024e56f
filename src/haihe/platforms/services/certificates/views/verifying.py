"""Anybody checks a certificate: by QR code, by number and code, or by its document. No account, no personal data."""

from base64 import urlsafe_b64encode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from haihe.base.accounts.api import client_address
from haihe.kernel.certificate_document import MAX_DOCUMENT_BYTES, key_id
from haihe.platforms.services.certificates import codes, operations, pages, sealing
from haihe.platforms.services.certificates.errors import CertificateNotFound, CertificatesError, TooManyGuesses
from haihe.platforms.services.certificates.models import Certificate
from haihe.platforms.services.certificates.operations.checking import what


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for number and code, or for a document; what is right leads to what its QR code leads to."""
    if request.method != "POST":
        return _ask(request)
    try:
        found = _handed_in(request) if "document" in request.FILES else _typed(request)
    except TooManyGuesses as locked:
        return _ask(request, locked.message, status=429)
    except CertificatesError as wrong:
        return _ask(request, wrong.message, status=422)
    return redirect("certificates:verified", found.number, codes.token_of(what(found)))


@never_cache
@require_safe
def verified(request: HttpRequest, number: str, token: str) -> HttpResponse:
    now = timezone.now()
    try:
        found = operations.check_by_token(number=number, token=token, address=client_address(request), now=now)
    except TooManyGuesses as locked:
        return _ask(request, locked.message, status=429)
    except CertificateNotFound as missing:
        return _ask(request, missing.message, status=404)
    response = render(request, "certificates/verified.html", {"page": pages.verified_page(found, now=now)})
    # The address opens the page for whoever has it: no search engine keeps it, no other site hears of it.
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """Publish the key with which documents are checked (RFC 7517, RFC 8037)."""
    public = sealing.public_key()
    x = urlsafe_b64encode(public.public_bytes_raw()).rstrip(b"=").decode()
    told = {"kty": "OKP", "crv": "Ed25519", "alg": "Ed25519", "use": "sig", "kid": key_id(public), "x": x}
    return JsonResponse({"keys": [told]})


def _typed(request: HttpRequest) -> Certificate:
    return operations.check_by_code(
        number=request.POST.get("number", ""),
        code=request.POST.get("code", ""),
        address=client_address(request),
        now=timezone.now(),
    )


def _handed_in(request: HttpRequest) -> Certificate:
    handed_in = request.FILES.get("document")
    data = handed_in.read(MAX_DOCUMENT_BYTES + 1) if handed_in else b""
    checked = operations.check_document(data, now=timezone.now())
    if checked.certificate is None:
        raise CertificatesError(_("这个文件不是本市签发的证照，或者被改动过，不能采信。"))
    return checked.certificate


def _ask(request: HttpRequest, complaint: str = "", *, status: int = 200) -> HttpResponse:
    context = {"complaint": complaint, "number": request.POST.get("number", request.GET.get("number", ""))[:64]}
    return render(request, "certificates/verify.html", context, status=status)
