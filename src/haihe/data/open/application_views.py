"""Applications for conditional data: made by people of society, answered at the owner's desk, seen by both."""

from collections.abc import Callable
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.data.open import application_pages, operations, queries, queries_keys
from haihe.data.open.errors import NotFound, OpenDataError
from haihe.data.open.models import Dataset, Developer, OpeningType
from haihe.data.open.operations import Asked
from haihe.data.sharing import api as sharing

_OFFICE = (Role.STEWARD, Role.APPROVER, Role.OPERATOR, Role.AUDITOR)
_ANYBODY = (Role.CITIZEN, *_OFFICE)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CITIZEN)
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form of an application, and take it."""
    actor = actor_of(request)
    row, developer = _conditional(request, slug), _developer(request)
    if request.method != "POST" or developer is None:
        return _form(request, row, developer)
    told = _asked(request)
    try:
        number = operations.ask(actor=actor, slug=slug, asked=told, now=timezone.now())
    except sharing.AlreadyOpen as open_already:
        return _form(request, row, developer, told=told, complaint=open_already.message, number=open_already.number)
    except (OpenDataError, sharing.SharingError) as refused:
        return _form(request, row, developer, told=told, complaint=refused.message)
    messages.success(request, _("已提交，提供部门在两个工作日内答复。"))
    return redirect("open:application", number=number)


@never_cache
@require_safe
@role_required(Role.CITIZEN)
def mine(request: HttpRequest) -> HttpResponse:
    page = application_pages.applications_page(actor_of(request), is_desk=False)
    return render(request, "open/applications.html", {"page": page})


@never_cache
@require_safe
@role_required(*_OFFICE)
def desk(request: HttpRequest) -> HttpResponse:
    """List the applications for one's own department's data, those to be answered first."""
    page = application_pages.applications_page(actor_of(request), is_desk=True)
    return render(request, "open/applications.html", {"page": page})


@never_cache
@require_safe
@role_required(*_ANYBODY)
def application(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, number)


@never_cache
@require_safe
@role_required(*_ANYBODY)
def agreement(request: HttpRequest, number: str) -> HttpResponse:
    """Show the text of the agreement, as it was accepted or is offered."""
    try:
        info = sharing.opening(actor_of(request), number)
    except sharing.NotFound:
        raise Http404 from None
    if not info.agreement:
        raise Http404
    return render(request, "open/agreement.html", {"info": info})


@never_cache
@require_safe
@role_required(*_ANYBODY)
def reads(request: HttpRequest, number: str) -> HttpResponse:
    """Show what was read under the grant, to both sides."""
    try:
        page = application_pages.reads_page(actor_of(request), number)
    except sharing.NotFound:
        raise Http404 from None
    return render(request, "open/reads.html", {"page": page})


@never_cache
@require_POST
@role_required(*_ANYBODY)
def move(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Make one move: of the applicant, the owner or the data centre, as the workflow lets them."""
    actor, told = actor_of(request), request.POST
    return _done(
        request,
        number,
        lambda: sharing.move_application(
            actor=actor,
            number=number,
            name=_by_hand(name),
            now=timezone.now(),
            words=told.get("words", ""),
            columns=tuple(told.getlist("columns")),
            seen=_seen(request),
        ),
    )


@never_cache
@require_POST
@role_required(Role.CITIZEN)
def accept(request: HttpRequest, number: str) -> HttpResponse:
    """Accept the agreement for one of one's keys."""
    actor, told = actor_of(request), request.POST
    if told.get("agreed") != "1":
        return _page(request, number, complaint=_("请先阅读协议，并勾选同意。"))
    return _done(
        request,
        number,
        lambda: operations.accept(
            actor=actor, number=number, key_id=_uuid(told.get("key", "")), now=timezone.now(), seen=_seen(request)
        ),
    )


def _done(request: HttpRequest, number: str, act: Callable[[], None]) -> HttpResponse:
    try:
        act()
    except (NotFound, sharing.NotFound):
        raise Http404 from None
    except (OpenDataError, sharing.SharingError) as refused:
        return _page(request, number, complaint=refused.message)
    messages.success(request, _("已办理。"))
    return redirect("open:application", number=number)


def _page(request: HttpRequest, number: str, *, complaint: str = "") -> HttpResponse:
    try:
        page = application_pages.application_page(actor_of(request), number, now=timezone.now(), complaint=complaint)
    except sharing.NotFound:
        raise Http404 from None
    return render(request, "open/application.html", {"page": page}, status=422 if complaint else 200)


def _form(
    request: HttpRequest,
    row: Dataset,
    developer: Developer | None,
    *,
    told: Asked | None = None,
    complaint: str = "",
    number: str = "",
) -> HttpResponse:
    page = application_pages.apply_page(row, developer, told=told, complaint=complaint, number=number)
    return render(request, "open/apply.html", {"page": page}, status=422 if complaint else 200)


def _conditional(request: HttpRequest, slug: str) -> Dataset:
    """Return a dataset that may be applied for; there is no form for others."""
    try:
        row = queries.dataset_for(actor_of(request), slug)
    except NotFound:
        raise Http404 from None
    if not row.is_open or row.opening_type != OpeningType.CONDITIONAL:
        raise Http404
    return row


def _developer(request: HttpRequest) -> Developer | None:
    try:
        return queries_keys.developer_of(actor_of(request))
    except NotFound:
        return None


def _asked(request: HttpRequest) -> Asked:
    told = request.POST
    months = told.get("months", "")
    return Asked(
        use=told.get("use", ""),
        purpose=told.get("purpose", ""),
        storage=told.get("storage", ""),
        readers=told.get("readers", ""),
        deletion=told.get("deletion", ""),
        months=int(months) if months.isascii() and months.isdigit() and len(months) < 4 else 0,
        columns=tuple(told.getlist("columns")),
        token=_uuid(told.get("token", "")),
    )


def _by_hand(name: str) -> str:
    """Return the move's name; accepting has a door of its own, where a key is chosen."""
    if name == "accept_agreement":
        raise Http404
    return name


def _seen(request: HttpRequest) -> int | None:
    told = request.POST.get("seen", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 7 else None


def _uuid(text: str) -> UUID:
    """Return the id; a new one, which is nobody's, for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()
