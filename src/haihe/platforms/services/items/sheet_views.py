"""The page where stewards hand in workbooks of items, and the files that they take away."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.city import api as city
from haihe.platforms.services.items import queries
from haihe.platforms.services.items.definition import ItemDefinition
from haihe.platforms.services.items.models import ItemSheetImport
from haihe.platforms.services.items.sheets.importing import start_import, taken_of
from haihe.platforms.services.items.sheets.reading import NoWorkbook, read, taken
from haihe.platforms.services.items.sheets.taking_in import MOST_WAITED, Taken, check_size, take_in
from haihe.platforms.services.items.sheets.writing import as_csv, as_json, workbook

_KEEPERS = (Role.STEWARD, Role.APPROVER, Role.OPERATOR)
_WAITED_BYTES = 400 << 10
"""Larger files aren't even taken apart while somebody waits."""
_FORMATS = {
    "xlsx": (workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "json": (as_json, "application/json"),
}


@dataclass(frozen=True, slots=True)
class SheetsPage:
    """`taken` after a file; `refusal` where the whole file was refused."""

    own: list[city.Organisation]
    may_write: bool
    taken: Taken | None = None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class ImportPage:
    """A workbook with the worker: how far it is, and in the end what became of it."""

    row: ItemSheetImport
    taken: Taken | None
    refusal: str
    more_faults: int

    @property
    def percent(self) -> int:
        return self.row.done * 100 // self.row.total if self.row.total else 0


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*_KEEPERS)
def sheets(request: HttpRequest) -> HttpResponseBase:
    """Take a workbook in: at once, or where it is large by the worker."""
    actor = actor_of(request)
    if request.method == "POST" and not actor.has(Role.STEWARD):
        raise Http404
    answer = _handed_in(request) if request.method == "POST" else _page(request)
    if isinstance(answer, UUID):
        return redirect("services:items-import", pk=answer)
    return render(request, "items/drafts/sheets.html", {"page": answer}, status=422 if answer.refusal else 200)


@never_cache
@require_safe
@role_required(Role.STEWARD)
def sheet_import(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show how far the worker is with a workbook, and what became of it, to whoever handed it in."""
    return render(request, "items/drafts/import.html", {"page": _import_page(request, pk)})


@never_cache
@require_safe
@role_required(Role.STEWARD)
def sheet_import_live(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer the polling of an unfinished import; the page reloads itself once it has ended."""
    page = _import_page(request, pk)
    response = render(request, "items/drafts/live.html", {"page": page})
    if page.row.finished_at is not None:
        response["HX-Refresh"] = "true"
    return response


@never_cache
@require_safe
@role_required(*_KEEPERS)
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """Give the items in force as a file: one, a department's, or all. They are public; their drafts aren't in it."""
    write, content_type = _FORMATS[kind]
    slug, authority = request.GET.get("item", ""), request.GET.get("authority", "")
    found = _wanted(slug, authority, on=timezone.localdate())
    if (slug or authority) and not found:
        raise Http404
    response = HttpResponse(write(found), content_type=content_type)
    name = slug or (f"items-{authority}" if authority else "items")
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


@require_safe
@role_required(*_KEEPERS)
def template(request: HttpRequest) -> HttpResponse:
    write, content_type = _FORMATS["xlsx"]
    response = HttpResponse(write(()), content_type=content_type)
    response["Content-Disposition"] = 'attachment; filename="items-template.xlsx"'
    return response


def _wanted(slug: str, authority: str, *, on: date) -> list[ItemDefinition]:
    # PostgreSQL refuses NUL in text; nobody types one by accident.
    if "\x00" in slug + authority:
        raise Http404
    if slug:
        return list(queries.definitions_in_force([slug], on=on).values())
    found = queries.items_in_force(on=on, authorities=[authority] if authority else None)
    return sorted(found, key=lambda item: item.code)


def _page(request: HttpRequest, taken: Taken | None = None, refusal: str = "") -> SheetsPage:
    actor = actor_of(request)
    codes = sorted(actor.organisations(Role.STEWARD) | actor.organisations(Role.APPROVER))
    own = [body for body in map(city.organisation, codes) if body]
    return SheetsPage(own, actor.has(Role.STEWARD), taken, refusal)


def _handed_in(request: HttpRequest) -> SheetsPage | UUID:
    file, actor, now = request.FILES.get("workbook"), actor_of(request), timezone.now()
    if file is None or file.file is None:
        return _page(request, refusal=_("请选择一个 Excel 文件。"))
    try:
        data = taken(file.file)
        found = read(data) if len(data) <= _WAITED_BYTES else None
        if found is not None:
            check_size(found)
            if len(found.items) <= MOST_WAITED:
                return _page(request, taken=take_in(actor, found, now=now))
        username, total = request.user.get_username(), len(found.items) if found else 0
        return start_import(actor=actor, username=username, name=file.name or "", data=data, total=total, now=now)
    except NoWorkbook as refused:
        return _page(request, refusal=str(refused))


def _import_page(request: HttpRequest, pk: UUID) -> ImportPage:
    row = get_object_or_404(ItemSheetImport.objects.defer("file"), pk=pk, user=actor_of(request).user_id)
    if row.finished_at is None:
        return ImportPage(row, None, "", 0)
    refusal = str((row.result or {}).get("refusal", ""))
    done, more = taken_of(row)
    return ImportPage(row, None if refusal else done, refusal, more)
