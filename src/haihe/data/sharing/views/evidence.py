"""Evidence of one exchange: look at it, take it away, and check any such file."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.base.ledger import api as ledger
from haihe.data.sharing import pages_evidence as pages
from haihe.data.sharing.queries import evidence
from haihe.data.sharing.views.answering import OFFICE, or_404
from haihe.kernel.evidence import MAX_EVIDENCE_BYTES

_READERS = (*OFFICE, Role.AUDITOR, Role.CITIZEN)


@never_cache
@require_safe
@role_required(*_READERS)
def show(request: HttpRequest, number: UUID) -> HttpResponse:
    """Show what the evidence of an exchange will say."""
    use = or_404(lambda: evidence.evidenced_use(actor_of(request), str(number)))
    return render(request, "sharing/evidence.html", {"page": pages.evidence_page(use)})


@never_cache
@require_safe
@role_required(*_READERS)
def download(request: HttpRequest, number: UUID, suite: str) -> HttpResponse:
    """Give the file, signed in the suite that the address names."""
    actor, now = actor_of(request), timezone.now()
    try:
        data = or_404(lambda: evidence.evidence_file(actor, str(number), suite=suite, now=now))
    except ledger.NotSealedYet:
        messages.info(request, _("这次使用的记录还没有封存，一分钟内会封存，请稍后再下载。"))
        return redirect("sharing:evidence", number)
    except ledger.NotRecorded:
        raise Http404 from None
    except ledger.SealBroken:
        messages.error(request, _("这条记录与封存时不一致，不能出具证据。请立即通知审计员核对台账。"))
        return redirect("sharing:evidence", number)
    answer = HttpResponse(data, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="haihe-evidence-{number}-{suite}.json"'
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Check a file that anybody hands in; nothing of it is kept."""
    upload = request.FILES.get("file") if request.method == "POST" else None
    data = upload.read(MAX_EVIDENCE_BYTES + 1) if upload else None
    page = pages.check_page(data, asked=request.method == "POST")
    status = 422 if page.verdict is None and page.complaint else 200
    return render(request, "sharing/evidence_check.html", {"page": page}, status=status)
