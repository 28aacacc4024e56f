"""A report of wrong data, at the source's desk; who reported it and who was told may read it."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import actor_of, role_required
from haihe.data.sharing import operations, pages
from haihe.data.sharing.queries import access
from haihe.data.sharing.queries.corrected import visible_notices
from haihe.data.sharing.views.answering import MOVERS, OFFICE, READERS, attempt, or_404, told

PAGE_ROWS = 20


@never_cache
@require_safe
@role_required(*READERS)
def show(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    row = or_404(lambda: access.correction_for(actor, number))
    page = pages.correction_page(actor, row, today=timezone.localdate())
    return render(request, "sharing/correction.html", {"page": page})


@require_POST
@role_required(*MOVERS)
def move(request: HttpRequest, number: str, name: str) -> HttpResponse:
    actor, form = actor_of(request), told(request)
    row = or_404(lambda: access.correction_for(actor, number))
    complaint = attempt(
        request,
        lambda: operations.move_correction(
            actor=actor,
            number=number,
            name=name,
            words=form.cleaned_data.get("words", ""),
            now=timezone.now(),
            seen=form.cleaned_data.get("seen"),
        ),
    )
    if complaint:
        page = pages.correction_page(actor, row, today=timezone.localdate(), complaint=complaint)
        return render(request, "sharing/correction.html", {"page": page}, status=422)
    return redirect("sharing:correction", number=number)


@require_POST
@role_required(*OFFICE)
def confirm_data(request: HttpRequest, number: str) -> HttpResponse:
    """The source says that the data in use is right already."""
    actor = actor_of(request)
    row = or_404(lambda: access.correction_for(actor, number))
    complaint = attempt(request, lambda: operations.confirm_data(actor=actor, number=number, now=timezone.now()))
    if complaint:
        page = pages.correction_page(actor, row, today=timezone.localdate(), complaint=complaint)
        return render(request, "sharing/correction.html", {"page": page}, status=422)
    return redirect("sharing:correction", number=number)


@never_cache
@require_safe
@role_required(*READERS)
def corrected(request: HttpRequest) -> HttpResponse:
    """Show the answers that one's department got and that have been corrected since."""
    rows = visible_notices(actor_of(request))
    told = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "sharing/corrected.html", {"told": told})


@never_cache
@require_POST
@role_required(*OFFICE)
def person(request: HttpRequest, number: str) -> HttpResponse:
    """Show who it is about, once, to who must find the row; that it was shown stands in the history."""
    actor, form, today = actor_of(request), told(request), timezone.localdate()
    opened: list[tuple[str, str]] = []
    words = form.cleaned_data.get("words", "")
    complaint = attempt(
        request,
        lambda: opened.append(operations.open_person(actor=actor, number=number, words=words, now=timezone.now())),
    )
    row = or_404(lambda: access.correction_for(actor, number))
    page = pages.correction_page(actor, row, today=today, person=opened[0] if opened else None, complaint=complaint)
    return render(request, "sharing/correction.html", {"page": page}, status=422 if complaint else 200)
