"""Pages of what leaves a comparison: exports of a result, and figures for everybody."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Role, actor_of, role_required
from haihe.city import api as city
from haihe.data.matching.models import MatchRun
from haihe.data.matching.pages import titles_of
from haihe.data.matching.privacy import pages, queries
from haihe.data.matching.privacy.exporting import Taken, Wish, ask_export, decide_export, take_export
from haihe.data.matching.privacy.files import csv_file, xlsx_file
from haihe.data.matching.privacy.publishing import publish_figures
from haihe.data.matching.privacy.workflow import ExportFormat
from haihe.data.matching.queries import may_read_result, model_for, run_for
from haihe.data.matching.views.answering import OFFICE, READERS, attempt, or_404, tell
from haihe.data.matching.workflow import MatchRunState
from haihe.kernel.spreadsheet import guarded_csv

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*OFFICE)
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Choose what to take out and say what for."""
    actor, run, refusal = actor_of(request), _with_result(request, number), ""
    if request.method == "POST":
        told = request.POST
        wish = Wish(
            columns=tuple(told.getlist("columns")),
            file_format=told.get("file_format", ""),
            purpose=told.get("purpose", ""),
            right=told.get("right", ""),
            basis=told.get("basis", ""),
        )
        made, refusal = attempt(lambda: ask_export(actor=actor, number=number, wish=wish, now=timezone.now()))
        if made is not None:
            return redirect("privacy:export", made.number)
    exports = or_404(lambda: queries.exports_of(actor, number))
    page = pages.ask_page(actor, run, exports, request.POST or None, refusal)
    return render(request, "privacy/ask.html", {"page": page}, status=422 if refusal else 200)


@never_cache
@require_safe
@role_required(*READERS)
def export(request: HttpRequest, number: str) -> HttpResponse:
    return _export(request, number)


@never_cache
@require_POST
@role_required(Role.APPROVER)
def decide(request: HttpRequest, number: str, name: str) -> HttpResponse:
    actor, words = actor_of(request), request.POST.get("words", "")
    _done, refusal = attempt(
        lambda: decide_export(actor=actor, number=number, name=f"{name}_export", words=words, now=timezone.now())
    )
    if refusal:
        return _export(request, number, refusal=refusal)
    tell(request, "", _("已办理。"))
    return redirect("privacy:export", number)


@never_cache
@require_POST
@role_required(*OFFICE)
def take(request: HttpRequest, number: str) -> HttpResponse:
    """Give the file, once the ledger knows that it leaves."""
    actor = actor_of(request)
    taken, refusal = attempt(lambda: take_export(actor=actor, number=number, now=timezone.now()))
    if taken is None:
        return _export(request, number, refusal=refusal)
    return _file(taken)


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """List for everybody what was made public."""
    return render(request, "privacy/figures.html", {"rows": list(queries.published())})


@require_safe
def figures_of(request: HttpRequest, number: str) -> HttpResponse:
    return render(request, "privacy/figures_of.html", {"page": _figures(request, number)})


@require_safe
def figures_csv(request: HttpRequest, number: str) -> StreamingHttpResponse:
    page = _figures(request, number)
    answer = StreamingHttpResponse(guarded_csv(pages.figures_rows(page)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="figures-{number}-{page.shown.published_at:%Y%m%d}.csv"'
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*OFFICE)
def publish(request: HttpRequest, number: str) -> HttpResponse:
    """Show what publishing would cost and what is left; an approver publishes."""
    actor, refusal = actor_of(request), ""
    model = or_404(lambda: model_for(actor, number))
    if request.method == "POST":
        done, refusal = attempt(lambda: publish_figures(actor=actor, number=number, now=timezone.now()))
        if done is not None:
            is_new = _("已公布。") if done.is_new else _("数目没有变化，仍是上次公布的统计，没有重新计算。")
            tell(request, "", is_new)
            return redirect("privacy:figures-of", number)
    page = pages.publish_page(actor, model, now=timezone.now(), refusal=refusal)
    return render(request, "privacy/publish.html", {"page": page}, status=422 if request.method == "POST" else 200)


def _figures(request: HttpRequest, number: str) -> pages.FiguresPage:
    model, rows = or_404(lambda: queries.published_of(number))
    wanted = request.GET.get("of", "")
    shown = next((row for row in rows if str(row.pk) == wanted), None) if wanted else rows[0]
    if shown is None:
        raise Http404
    return pages.figures_page(model, rows, shown)


def _export(request: HttpRequest, number: str, *, refusal: str = "") -> HttpResponse:
    actor = actor_of(request)
    row = or_404(lambda: queries.export_for(actor, number))
    page = pages.export_page(actor, row, refusal)
    return render(request, "privacy/export.html", {"page": page}, status=422 if refusal else 200)


def _file(taken: Taken) -> HttpResponse:
    row = taken.export
    titles = [titles_of(taken.model).short(part) for part in row.columns]
    if row.file_format == ExportFormat.XLSX:
        content, kind = xlsx_file(titles, taken.rows, sheet=_("比对结果"), notes=_notes(taken)), _XLSX
    else:
        content, kind = csv_file(titles, taken.rows), "text/csv; charset=utf-8"
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{row.number}.{row.file_format.lower()}"'
    return answer


def _notes(taken: Taken) -> list[tuple[str, str]]:
    row = taken.export
    department = city.organisation_names({row.run.organisation})[row.run.organisation]
    told = [
        (_("导出编号"), row.number),
        (_("比对运行"), row.run.number),
        (_("部门"), department),
        (_("由谁导出"), row.asked_name),
        (_("用途"), row.purpose),
    ]
    if row.basis:
        told += [(_("法定依据"), row.basis), (_("由谁批准"), row.decided_name)]
    until = f"{timezone.localtime(row.run.expires_at):%Y-%m-%d}" if row.run.expires_at else ""
    told.append((_("授权到期日，届时必须销毁"), until))
    return [*told, *((_("使用记录凭证号"), number) for number in taken.evidence)]


def _with_result(request: HttpRequest, number: str) -> MatchRun:
    actor = actor_of(request)
    found = or_404(lambda: run_for(actor, number))
    if found.state != MatchRunState.DONE or not may_read_result(actor, found):
        raise Http404
    return found
