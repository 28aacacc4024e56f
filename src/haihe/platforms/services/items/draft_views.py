"""The desk of those who keep items: write a new version, compare it, have it approved, end an item."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.platforms.services.items import draft_pages, operations, queries
from haihe.platforms.services.items.elements.columns import TABLES, Table
from haihe.platforms.services.items.elements.flat import Row
from haihe.platforms.services.items.errors import DraftRefused, ItemNotFound
from haihe.platforms.services.items.finding import LONGEST_SEARCH
from haihe.platforms.services.items.models import ItemDraft

_KEEPERS = (Role.STEWARD, Role.APPROVER, Role.OPERATOR)
_MOST_ROWS = 200


@never_cache
@require_safe
@role_required(*_KEEPERS)
def items(request: HttpRequest) -> HttpResponse:
    q = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    page = draft_pages.own_items(actor_of(request), q=q, on=timezone.localdate())
    return render(request, "items/drafts/items.html", {"page": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*_KEEPERS)
def item(request: HttpRequest, slug: str) -> HttpResponseBase:
    page = draft_pages.own_item(actor_of(request), slug, on=timezone.localdate())
    if page is None:
        raise Http404
    if request.method == "POST":
        return _begun(request, slug)
    return render(request, "items/drafts/item.html", {"page": page, "today": timezone.localdate()})


def _begun(request: HttpRequest, slug: str) -> HttpResponseBase:
    actor, now, asked = actor_of(request), timezone.now(), request.POST.get("do", "")
    try:
        if asked == "retire":
            reason, day = request.POST.get("reason", ""), _day(request.POST.get("from_day", ""))
            pk = operations.begin_retirement(actor=actor, slug=slug, reason=reason, from_day=day, now=now)
        else:
            pk = operations.begin_draft(actor=actor, slug=slug, now=now, from_release=asked == "release")
    except ItemNotFound as missing:
        raise Http404 from missing
    except DraftRefused as refused:
        messages.error(request, refused.message)
        return redirect("services:desk-item", slug=slug)
    return redirect("services:item-draft", pk=pk)


@never_cache
@require_safe
@role_required(*_KEEPERS)
def draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    page = draft_pages.draft_page(actor_of(request), _draft_or_404(request, pk))
    return render(request, "items/drafts/draft.html", {"page": page, "draft": page.draft})


@require_POST
@role_required(*_KEEPERS)
def move(request: HttpRequest, pk: UUID) -> HttpResponse:
    row, name = _draft_or_404(request, pk), request.POST.get("move", "")
    try:
        words = request.POST.get("words", "")
        operations.move_draft(actor=actor_of(request), draft=row.pk, name=name, words=words, now=timezone.now())
    except ItemNotFound as missing:
        raise Http404 from missing
    except DraftRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("已办好。"))
    return redirect("services:item-draft", pk=pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*_KEEPERS)
def table(request: HttpRequest, pk: UUID, key: str) -> HttpResponseBase:
    row = _draft_or_404(request, pk)
    here = next((one for one in TABLES if one.key == key), None)
    if here is None or row.is_retirement or not queries.may_write(actor_of(request), row.authority):
        raise Http404
    if request.method == "POST":
        return _saved(request, row, here)
    if not row.is_editable:
        return redirect("services:item-draft", pk=pk)
    return _table(request, row, here, row.rows.get(key, []))


def _saved(request: HttpRequest, row: ItemDraft, here: Table) -> HttpResponseBase:
    typed, revision = _typed(request, here), request.POST.get("revision", "")
    try:
        operations.save_table(
            actor=actor_of(request),
            draft=row.pk,
            key=here.key,
            rows=typed,
            revision=int(revision) if revision.isdecimal() and len(revision) < 9 else 0,
            now=timezone.now(),
        )
    except DraftRefused as refused:
        return _table(request, row, here, typed, refusal=refused.message, status=409)
    messages.success(request, _("已保存。"))
    if "next" in request.POST:
        keys = [one.key for one in TABLES]
        following = keys[keys.index(here.key) + 1 :][:1]
        if following:
            return redirect("services:item-draft-table", pk=row.pk, key=following[0])
    if "stay" in request.POST:
        return redirect("services:item-draft-table", pk=row.pk, key=here.key)
    return redirect("services:item-draft", pk=row.pk)


def _table(
    request: HttpRequest, row: ItemDraft, here: Table, rows: list[Row], *, refusal: str = "", status: int = 200
) -> HttpResponse:
    page = draft_pages.table_page(row, here, rows, refusal=refusal)
    return render(request, "items/drafts/table.html", {"page": page, "draft": row}, status=status)


def _typed(request: HttpRequest, here: Table) -> list[Row]:
    """Return the rows that were typed, in order, without those to be taken out."""
    rows = []
    for number in range(_MOST_ROWS):
        names = {column.name: draft_pages.field_name(number, column) for column in here.columns}
        if not any(name in request.POST for name in names.values()):
            break
        if f"{number}-out" not in request.POST:
            rows.append({column: _cell(request, name) for column, name in names.items()})
    return rows


def _cell(request: HttpRequest, name: str) -> str:
    # PostgreSQL refuses NUL in text; nobody types one by accident.
    return "\n".join(request.POST.getlist(name)).replace("\x00", "")


def _draft_or_404(request: HttpRequest, pk: UUID) -> ItemDraft:
    try:
        return queries.draft_for(actor_of(request), pk)
    except ItemNotFound as missing:
        raise Http404 from missing


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise DraftRefused(_("请填写日期，如 2026-11-23。")) from None
