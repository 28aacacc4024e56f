"""Pages of a register's versions: for its owner's people and the operators."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from haihe.base.accounts.api import Actor, NotPermitted, Role, actor_of, role_required
from haihe.data.exchange import places
from haihe.data.exchange.lake import SnapshotDamaged
from haihe.data.exchange.models import Snapshot
from haihe.data.exchange.ownership import owner_of
from haihe.data.exchange.rules import RegisterSchema
from haihe.data.exchange.tables import table_of
from haihe.data.exchange.versions import queries
from haihe.data.exchange.versions.diffing import difference
from haihe.data.exchange.versions.forms import AsOfForm, RetentionForm
from haihe.data.exchange.versions.operations.retaining import RetentionRefused, set_retention
from haihe.data.exchange.versions.pages import DifferencePage, VersionsPage

PAGE_ROWS = 20
_SEEN_BY = (Role.STEWARD, Role.APPROVER, Role.OPERATOR)


@require_safe
@role_required(*_SEEN_BY)
def versions(request: HttpRequest, resource: str) -> HttpResponse:
    actor = actor_of(request)
    return _versions(request, actor, _register(actor, resource))


@require_POST
@role_required(Role.STEWARD)
def retention(request: HttpRequest, resource: str) -> HttpResponse:
    actor = actor_of(request)
    register = _register(actor, resource)
    form = RetentionForm(request.POST)
    if not form.is_valid():
        return _versions(request, actor, register, form, status=422)
    try:
        set_retention(actor=actor, resource=resource, retention=form.retention(), now=timezone.now())
    except RetentionRefused as refused:
        form.add_error(None, refused.message)
        return _versions(request, actor, register, form, status=422)
    except NotPermitted:
        raise Http404 from None
    messages.success(request, _("保留期限已更新，下一次清理时生效。"))
    return redirect("exchange:versions", resource)


@require_safe
@role_required(*_SEEN_BY)
def compare(request: HttpRequest, resource: str) -> HttpResponse:
    register = _register(actor_of(request), resource)
    before, after = (_snapshot(resource, request.GET.get(name, "")) for name in ("before", "after"))
    if before.created_at > after.created_at:
        before, after = after, before
    work = places.data_dir() / "feeds"
    work.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(dir=work) as folder:
            told = difference(table_of(before), table_of(after), work=Path(folder))
    except SnapshotDamaged:
        messages.error(request, _("其中一份快照已损坏或者被移走，请联系大数据中心。"))
        return redirect("exchange:versions", resource)
    page = DifferencePage(register, before, after, told)
    return render(request, "exchange/versions/difference.html", {"page": page})


def _versions(
    request: HttpRequest,
    actor: Actor,
    register: RegisterSchema,
    form: RetentionForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    resource, owner = register.resource, owner_of(register.resource)
    as_of = AsOfForm(request.GET if "moment" in request.GET else None)
    moment = as_of.cleaned_data["moment"] if as_of.is_bound and as_of.is_valid() else None
    kept = queries.retention_of(resource)
    if form is None and actor.has(Role.STEWARD, owner):
        form = RetentionForm(
            initial={"keep_days": kept.keep_days, "keep_newest": kept.keep_newest, "keep_months": kept.keep_months}
        )
    page = VersionsPage(
        register=register,
        owner=owner,
        rows=Paginator(queries.snapshots_of(resource), PAGE_ROWS).get_page(request.GET.get("page")),
        as_of=as_of,
        moment=moment,
        found=queries.snapshot_as_of(resource, moment) if moment else None,
        retention=kept,
        is_own_retention=queries.own_retention(resource) is not None,
        form=form,
    )
    return render(request, "exchange/versions/versions.html", {"page": page}, status=status)


def _register(actor: Actor, resource: str) -> RegisterSchema:
    try:
        return queries.register_for(actor, resource)
    except queries.NoSuchRegister:
        raise Http404 from None


def _snapshot(resource: str, snapshot_id: str) -> Snapshot:
    row = queries.snapshots_of(resource).filter(pk=snapshot_id.replace("\x00", ""), removed=None).first()
    if row is None:
        raise Http404
    return row
