"""The page where stewards hand in a workbook, and the workbooks that they take away."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from haihe.base.accounts.api import Actor, Role, actor_of, role_required
from haihe.data.catalogue.errors import CatalogueError
from haihe.data.catalogue.models import Resource, SheetImport
from haihe.data.catalogue.sheets.importing import start_import, taken_of
from haihe.data.catalogue.sheets.reading import NoWorkbook, read_bytes
from haihe.data.catalogue.sheets.reading import taken as bytes_of
from haihe.data.catalogue.sheets.taking_in import MOST_WAITED, Taken, take_in
from haihe.data.catalogue.sheets.writing import workbook

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_FAULTS_SHOWN = 200


_WAITED_BYTES = 400 << 10
"""Larger files aren't even taken apart while somebody waits."""


@dataclass(frozen=True, slots=True)
class SheetsPage:
    """`taken` after a file; `refusal` where the whole file was refused; `more_faults` beyond those shown."""

    taken: Taken | None = None
    refusal: str = ""
    more_faults: int = 0


@dataclass(frozen=True, slots=True)
class ImportPage:
    """A workbook with the worker: how far it is, and in the end what became of it."""

    row: SheetImport
    taken: Taken | None
    refusal: str
    more_faults: int

    @property
    def percent(self) -> int:
        return self.row.done * 100 // self.row.total if self.row.total else 0


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def sheets(request: HttpRequest) -> HttpResponse:
    """Take a workbook in: at once, or where it is large by the worker."""
    if request.method != "POST":
        return render(request, "catalogue/sheets.html", {"page": SheetsPage()})
    answer = _handed_in(request)
    if isinstance(answer, UUID):
        return redirect("catalogue:sheet-import", pk=answer)
    return render(request, "catalogue/sheets.html", {"page": answer}, status=422 if answer.refusal else 200)


@never_cache
@require_safe
@role_required(Role.STEWARD)
def sheet_import(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show how far the worker is with a workbook, and what became of it, to whoever handed it in."""
    return render(request, "catalogue/sheets_import.html", {"page": _import_page(request, pk)})


@never_cache
@require_safe
@role_required(Role.STEWARD)
def sheet_import_live(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer the polling of an unfinished import; the page reloads itself once it has ended."""
    page = _import_page(request, pk)
    response = render(request, "catalogue/sheets_live.html", {"page": page})
    if page.row.finished_at is not None:
        response["HX-Refresh"] = "true"
    return response


@require_safe
@role_required(Role.STEWARD)
def template(request: HttpRequest) -> HttpResponse:
    return _download(workbook(()), "haihe-catalogue-template.xlsx")


@require_safe
@role_required(Role.STEWARD)
def entries(request: HttpRequest) -> HttpResponse:
    """Give the steward the entries of their own departments, drafts too."""
    return _download(workbook(_own(actor_of(request))), "haihe-catalogue.xlsx")


def _handed_in(request: HttpRequest) -> SheetsPage | UUID:
    file, actor, now = request.FILES.get("workbook"), actor_of(request), timezone.now()
    if file is None or file.file is None:
        return SheetsPage(refusal=_("请选择一个 Excel 文件。"))
    try:
        data = bytes_of(file.file)
        found = read_bytes(data) if len(data) <= _WAITED_BYTES else None
        if found is not None and len(found.resources) <= MOST_WAITED:
            taken = take_in(actor, found, now=now)
            return SheetsPage(taken, more_faults=max(0, len(taken.faults) - MOST_FAULTS_SHOWN))
        username = request.user.get_username()
        return start_import(actor=actor, username=username, name=file.name or "", data=data, read=found, now=now)
    except NoWorkbook as refused:
        return SheetsPage(refusal=str(refused))
    except CatalogueError as refused:
        return SheetsPage(refusal=refused.message)


def _import_page(request: HttpRequest, pk: UUID) -> ImportPage:
    row = get_object_or_404(SheetImport.objects.defer("file"), pk=pk, user=actor_of(request).user_id)
    if row.finished_at is None:
        return ImportPage(row, None, "", 0)
    refusal = str((row.result or {}).get("refusal", ""))
    taken, more = taken_of(row)
    return ImportPage(row, None if refusal else taken, refusal, more)


def _own(actor: Actor) -> list[Resource]:
    mine = actor.organisations(Role.STEWARD)
    return list(Resource.objects.filter(owner__in=mine).order_by("code").prefetch_related("items", "assessments"))


def _download(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=_XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
