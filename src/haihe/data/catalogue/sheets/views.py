"""The page where stewards hand in a workbook, and the workbooks that they take away."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from haihe.base.accounts.api import Actor, Role, actor_of, role_required
from haihe.data.catalogue.errors import CatalogueError
from haihe.data.catalogue.models import Resource
from haihe.data.catalogue.sheets.reading import NoWorkbook, read
from haihe.data.catalogue.sheets.taking_in import Taken, take_in
from haihe.data.catalogue.sheets.writing import workbook

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_FAULTS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class SheetsPage:
    """`taken` after a file; `refusal` where the whole file was refused."""

    taken: Taken | None = None
    refusal: str = ""

    @property
    def more_faults(self) -> int:
        return max(0, len(self.taken.faults) - MOST_FAULTS_SHOWN) if self.taken else 0


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def sheets(request: HttpRequest) -> HttpResponse:
    page = _handed_in(request) if request.method == "POST" else SheetsPage()
    return render(request, "catalogue/sheets.html", {"page": page}, status=422 if page.refusal else 200)


@require_safe
@role_required(Role.STEWARD)
def template(request: HttpRequest) -> HttpResponse:
    return _download(workbook(()), "haihe-catalogue-template.xlsx")


@require_safe
@role_required(Role.STEWARD)
def entries(request: HttpRequest) -> HttpResponse:
    """Give the steward the entries of their own departments, drafts too."""
    return _download(workbook(_own(actor_of(request))), "haihe-catalogue.xlsx")


def _handed_in(request: HttpRequest) -> SheetsPage:
    file = request.FILES.get("workbook")
    if file is None or file.file is None:
        return SheetsPage(refusal=_("请选择一个 Excel 文件。"))
    try:
        return SheetsPage(take_in(actor_of(request), read(file.file), now=timezone.now()))
    except NoWorkbook as refused:
        return SheetsPage(refusal=str(refused))
    except CatalogueError as refused:
        return SheetsPage(refusal=refused.message)


def _own(actor: Actor) -> list[Resource]:
    mine = actor.organisations(Role.STEWARD)
    return list(Resource.objects.filter(owner__in=mine).order_by("code").prefetch_related("items"))


def _download(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=_XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
