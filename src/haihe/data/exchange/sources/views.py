"""Pages of sources: their owner's stewards make and keep them, its approvers and the operators look on."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haihe.base.accounts.api import Actor, NotPermitted, Role, actor_of, role_required
from haihe.data.exchange.connectors.faults import FetchFailed
from haihe.data.exchange.connectors.ports import Legs, Preview
from haihe.data.exchange.quality.api import rules_of
from haihe.data.exchange.quality.operations.agreeing_on_columns import agree_on_columns
from haihe.data.exchange.quality.operations.deciding import MappingRefused
from haihe.data.exchange.quality.previewing import preview_mapping
from haihe.data.exchange.queries import feedable_registers
from haihe.data.exchange.reasons import FileRefused
from haihe.data.exchange.rules import NoRules
from haihe.data.exchange.sentences import outcome_told
from haihe.data.exchange.sources import pages, queries, wording
from haihe.data.exchange.sources.beginnings import first_rows
from haihe.data.exchange.sources.forms import ChooseForm, ScheduleForm, chosen_columns
from haihe.data.exchange.sources.kind_forms import FORMS
from haihe.data.exchange.sources.models import Source, SourceRun
from haihe.data.exchange.sources.operations import keeping, probing, starting
from haihe.data.exchange.sources.schedules import ScheduleRefused

_SEEN_BY: Final = (Role.STEWARD, Role.APPROVER, Role.OPERATOR)
_PAGE_ROWS: Final = 20


@never_cache
@require_safe
@role_required(*_SEEN_BY)
def sources(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    rows = [
        pages.SourceRow(row, _title_of(row.resource), wording.KINDS[row.connector][0], queries.newest_run(row))
        for row in queries.visible_sources(actor)
    ]
    page = pages.SourcesPage(rows, bool(feedable_registers(actor)))
    return render(request, "exchange/sources/sources.html", {"page": page})


@require_safe
@role_required(Role.STEWARD)
def choose(request: HttpRequest) -> HttpResponse:
    registers = feedable_registers(actor_of(request))
    form = ChooseForm(registers=registers, initial={"resource": request.GET.get("resource", "")})
    kinds = [(name, *wording.KINDS[name]) for name in FORMS]
    page = pages.ChoosePage(form, kinds, bool(registers))
    return render(request, "exchange/sources/choose.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def add(request: HttpRequest, kind: str) -> HttpResponse:
    actor, resource = actor_of(request), request.GET.get("resource", "")
    if kind not in FORMS or resource not in {each.resource for each in feedable_registers(actor)}:
        raise Http404
    form = FORMS[kind](request.POST or None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        made, refusal = _kept(
            lambda: keeping.add_source(
                actor,
                resource=resource,
                title=form.cleaned_data["title"],
                connector=kind,
                settings=form.settings,
                secret=form.secret,
                now=timezone.now(),
            )
        )
        if made is not None:
            messages.success(request, _("数据源已保存，尚未启用；请先测试。"))
            return redirect("exchange:source-probe", made.pk)
    page = pages.SettingsPage(form, wording.KINDS[kind][0], _title_of(resource), refusal=refusal)
    return render(request, "exchange/sources/settings.html", {"page": page}, status=_status(request))


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = _mine(actor, pk)
    kind = FORMS[found.connector]
    form = kind(request.POST or None, initial=kind.filled(found.title, found.settings))
    refusal = ""
    if request.method == "POST" and form.is_valid():
        made, refusal = _kept(
            lambda: keeping.change_source(
                actor,
                pk,
                title=form.cleaned_data["title"],
                settings=form.settings,
                secret=form.secret or None,
                now=timezone.now(),
            )
        )
        if made is not None:
            messages.success(request, _("设置已保存；请重新测试。"))
            return redirect("exchange:source-probe", pk)
    page = pages.SettingsPage(form, wording.KINDS[found.connector][0], _title_of(found.resource), found, refusal)
    return render(request, "exchange/sources/settings.html", {"page": page}, status=_status(request))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def probe(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = _mine(actor, pk)
    if request.method != "POST":
        page = pages.ProbePage(found, [], failed=False)
    else:
        page = _probed(actor, found, chosen=chosen_columns(request.POST) or None)
    return render(request, "exchange/sources/probe.html", {"page": page})


@never_cache
@require_POST
@role_required(Role.STEWARD)
def agree(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take what the steward says the source's columns are; they needn't be said, nor before the first fetch."""
    actor = actor_of(request)
    found, chosen = _mine(actor, pk), chosen_columns(request.POST)
    try:
        agree_on_columns(actor, found.resource, chosen, now=timezone.now())
    except MappingRefused as refused:
        told = {"columns": "、".join(refused.titles)}
        words = _("每一列只能对应一次：%(columns)s。") if refused.twice else _("还缺少必需的列：%(columns)s。")
        page = _probed(actor, found, chosen=chosen, complaint=words % told)
        return render(request, "exchange/sources/probe.html", {"page": page}, status=422)
    messages.success(request, _("列的对应已确认，这样的数据直接读入。"))
    return redirect("exchange:source-plan", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARD)
def plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = _mine(actor, pk)
    filled = ScheduleForm.filled(found.schedule, working_days=found.working_days, tell_after=found.tell_after)
    form = ScheduleForm(request.POST or None, initial=filled)
    if request.method == "POST" and form.is_valid():
        try:
            keeping.plan_source(
                actor,
                pk,
                schedule=form.schedule,
                working_days=form.cleaned_data["working_days"],
                tell_after=form.cleaned_data["tell_after"],
                now=timezone.now(),
            )
        except ScheduleRefused:
            form.add_error("line", _("不是可用的计划：请写五段，间隔不少于五分钟。"))
        else:
            if request.POST.get("start"):
                keeping.resume_source(actor, pk, now=timezone.now())
            messages.success(request, _("计划已保存。"))
            return redirect("exchange:source", pk)
    page = pages.PlanPage(found, form)
    return render(request, "exchange/sources/plan.html", {"page": page}, status=_status(request))


@never_cache
@require_safe
@role_required(*_SEEN_BY)
def source(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = get_object_or_404(queries.visible_sources(actor), pk=pk)
    runs = Paginator(found.runs.all(), _PAGE_ROWS).get_page(request.GET.get("page"))
    page = pages.SourcePage(
        source=found,
        resource_title=_title_of(found.resource),
        kind=wording.KINDS[found.connector][0],
        run=queries.newest_run(found),
        runs=runs,
        settings=pages.settings_of(found, FORMS[found.connector]()),
        events=pages.events_of_source(found),
        may_change=queries.may_change(actor, found),
        now=timezone.now(),
    )
    return render(request, "exchange/sources/source.html", {"page": page})


@never_cache
@require_safe
@role_required(*_SEEN_BY)
def source_live(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer the polling of a fetch that isn't at its end; the page reloads itself once it is."""
    found = get_object_or_404(queries.visible_sources(actor_of(request)), pk=pk)
    run = queries.newest_run(found)
    response = render(request, "exchange/sources/live.html", {"source": found, "run": run, **_told(run)})
    if run is None or run.is_finished:
        response["HX-Refresh"] = "true"
    return response


@never_cache
@require_safe
@role_required(*_SEEN_BY)
def source_run(request: HttpRequest, pk: UUID) -> HttpResponse:
    run = get_object_or_404(queries.visible_source_runs(actor_of(request)), pk=pk)
    page = pages.SourceRunPage(run, _title_of(run.source.resource), pages.events_of_run(run), queries.was_checked(run))
    return render(request, "exchange/sources/run.html", {"page": page})


@require_POST
@role_required(Role.STEWARD)
def fetch(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        _known(lambda: starting.fetch_now(actor_of(request), pk, now=timezone.now()))
    except starting.AlreadyFetching:
        messages.info(request, _("上一次取数还没有结束，请等它结束。"))
    return redirect("exchange:source", pk)


@require_POST
@role_required(Role.STEWARD)
def pause(request: HttpRequest, pk: UUID) -> HttpResponse:
    _known(lambda: keeping.pause_source(actor_of(request), pk, now=timezone.now()))
    messages.success(request, _("数据源已暂停。"))
    return redirect("exchange:source", pk)


@require_POST
@role_required(Role.STEWARD)
def resume(request: HttpRequest, pk: UUID) -> HttpResponse:
    _known(lambda: keeping.resume_source(actor_of(request), pk, now=timezone.now()))
    messages.success(request, _("数据源已启用。"))
    return redirect("exchange:source", pk)


def _known[T](act: Callable[[], T]) -> T:
    """What one may not change one doesn't know of."""
    try:
        return act()
    except NotPermitted:
        raise Http404 from None


def _mine(actor: Actor, pk: UUID) -> Source:
    return _known(lambda: queries.kept_source(actor, pk))


def _kept(keep: Callable[[], Source]) -> tuple[Source | None, str]:
    """Return the source, or the sentence that says why it isn't kept."""
    try:
        return _known(keep), ""
    except keeping.TitleTaken:
        return None, _("这个数据资源已有同名的数据源，请换一个名称。")
    except FetchFailed as failed:
        return None, wording.told(failed.fault, failed.sentence)


def _probed(actor: Actor, source: Source, *, chosen: dict[str, str] | None, complaint: str = "") -> pages.ProbePage:
    """Test the source, and tell what its first rows become."""
    legs = probing.probe_source(actor, source.pk, now=timezone.now())
    preview, unread = _first_rows(source, legs)
    mapping = preview_mapping(source.resource, preview.columns, preview.rows, chosen=chosen) if preview else None
    shown = pages.legs_of(legs, source.connector)
    return pages.ProbePage(source, shown, legs.failed is not None, mapping, complaint, unread)


def _first_rows(source: Source, legs: Legs) -> tuple[Preview | None, str]:
    """Return the first rows that a test brought, or the sentence that says why the next file shows none."""
    if legs.beginning is None:
        return legs.preview, ""
    try:
        return first_rows(source.resource, legs.beginning), ""
    except FileRefused as refused:
        if not legs.beginning.whole:
            return None, _("文件较大，测试只看它的开头，看不出列。")
        return None, outcome_told(refused.code, refused.sentence)


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200


def _title_of(resource: str) -> str:
    try:
        return rules_of(resource).title
    except NoRules:
        return resource


def _told(run: SourceRun | None) -> dict[str, str]:
    return {"outcome": pages.outcome_of(run) if run else ""}
