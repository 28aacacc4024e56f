"""Developers: register, make keys and look after them. A secret stands in one answer, and nowhere else."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.data.open import developer_pages, operations, queries_keys
from haihe.data.open.errors import NotFound, OpenDataError
from haihe.data.open.models import AccessKey, Developer
from haihe.data.open.operations import IssuedKey, NewDeveloper


@never_cache
@require_safe
@role_required(Role.CITIZEN)
def home(request: HttpRequest) -> HttpResponse:
    """Show the registration form, or the keys of who is registered."""
    return _home(request)


@never_cache
@require_POST
@role_required(Role.CITIZEN)
def register(request: HttpRequest) -> HttpResponse:
    told = _told(request)
    try:
        operations.register(actor=actor_of(request), new=told, now=timezone.now())
    except OpenDataError as refused:
        return _home(request, told=told, complaint=refused.message)
    messages.success(request, _("已登记，现在可以新建密钥。"))
    return redirect("open:developer")


@never_cache
@require_POST
@role_required(Role.CITIZEN)
def new_key(request: HttpRequest) -> HttpResponse:
    """Make a key and show its secret, this once."""
    actor = actor_of(request)
    return _issued(
        request, lambda: operations.make_key(actor=actor, name=request.POST.get("name", ""), now=timezone.now())
    )


@never_cache
@require_safe
@role_required(Role.CITIZEN, Role.OPERATOR, Role.AUDITOR)
def key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    return _key(request, _known(request, key_id))


@never_cache
@require_POST
@role_required(Role.CITIZEN)
def rotate(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Make a key that takes over from this one, and show its secret."""
    actor = actor_of(request)
    _known(request, key_id)
    return _issued(request, lambda: operations.rotate_key(actor=actor, key_id=key_id, now=timezone.now()))


@never_cache
@require_POST
@role_required(Role.CITIZEN)
def renew(request: HttpRequest, key_id: UUID) -> HttpResponse:
    row = _known(request, key_id)
    try:
        operations.renew_key(actor=actor_of(request), key_id=key_id, now=timezone.now())
    except OpenDataError as refused:
        return _key(request, row, complaint=refused.message)
    messages.success(request, _("已续期。"))
    return redirect("open:key", key_id=key_id)


@never_cache
@require_POST
@role_required(Role.CITIZEN)
def choose(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Say which granted datasets the key reads."""
    row, slugs = _known(request, key_id), tuple(request.POST.getlist("datasets"))
    try:
        operations.choose_datasets(actor=actor_of(request), key_id=key_id, slugs=slugs, now=timezone.now())
    except OpenDataError as refused:
        return _key(request, row, complaint=refused.message)
    messages.success(request, _("已选择，几秒内生效。"))
    return redirect("open:key", key_id=key_id)


@never_cache
@require_POST
@role_required(Role.CITIZEN, Role.OPERATOR)
def revoke(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """End a key within seconds."""
    row, words = _known(request, key_id), request.POST.get("words", "")
    try:
        operations.revoke_key(actor=actor_of(request), key_id=key_id, now=timezone.now(), words=words)
    except OpenDataError as refused:
        return _key(request, row, complaint=refused.message)
    messages.success(request, _("已停用，几秒内失效。"))
    return redirect("open:key", key_id=key_id)


def _home(
    request: HttpRequest,
    *,
    told: NewDeveloper | None = None,
    issued: IssuedKey | None = None,
    complaint: str = "",
) -> HttpResponse:
    page = developer_pages.developer_page(
        _developer(request), now=timezone.now(), told=told, issued=issued, complaint=complaint
    )
    return render(request, "open/developer.html", {"page": page}, status=422 if complaint else 200)


def _key(request: HttpRequest, row: AccessKey, *, complaint: str = "") -> HttpResponse:
    page = developer_pages.key_page(actor_of(request), row, now=timezone.now(), complaint=complaint)
    return render(request, "open/key.html", {"page": page}, status=422 if complaint else 200)


def _issued(request: HttpRequest, make: Callable[[], IssuedKey]) -> HttpResponse:
    try:
        issued = make()
    except NotFound:
        raise Http404 from None
    except OpenDataError as refused:
        return _home(request, complaint=refused.message)
    return _home(request, issued=issued)


def _developer(request: HttpRequest) -> Developer | None:
    try:
        return queries_keys.developer_of(actor_of(request))
    except NotFound:
        return None


def _known(request: HttpRequest, key_id: UUID) -> AccessKey:
    try:
        return queries_keys.key_for(actor_of(request), key_id)
    except NotFound:
        raise Http404 from None


def _told(request: HttpRequest) -> NewDeveloper:
    told = request.POST
    return NewDeveloper(
        kind=told.get("kind", ""),
        organisation=told.get("organisation", ""),
        credit_code=told.get("credit_code", ""),
        use=told.get("use", ""),
        purpose=told.get("purpose", ""),
        is_authorised=told.get("is_authorised") == "1",
    )
