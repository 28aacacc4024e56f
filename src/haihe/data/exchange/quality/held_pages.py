"""What the page of a held run shows: what is different, what the columns likely are, what serves meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from django.http import Http404
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.data.exchange.models import FeedRun, RunState
from haihe.data.exchange.quality import drift, queries, rulebook, wording
from haihe.data.exchange.quality.drift import MappedColumn
from haihe.data.exchange.quality.findings import CheckFinding, ColumnFinding, check_findings, column_findings
from haihe.data.exchange.quality.looking import Look
from haihe.data.exchange.quality.models import ColumnMapping, QualityReport
from haihe.data.exchange.quality.samples import masked_samples
from haihe.data.exchange.quality.suggesting import Suggestion, suggested, weigh
from haihe.data.exchange.quality.wording import Text
from haihe.data.exchange.queries import latest_snapshot
from haihe.data.exchange.reasons import FileRefused
from haihe.data.exchange.records import SnapshotInfo
from haihe.data.exchange.rules import Column, Personal, RegisterSchema
from haihe.kernel.keyring import KeyringError

_LISTED_LINES: Final = 10


@dataclass(frozen=True, slots=True)
class ToldFinding:
    """One thing noticed, in words."""

    kind: Text
    told: str
    tone: str
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MapRow:
    """One column of the file, with what it may be. `name` is the field of the form."""

    name: str
    title: str
    samples: list[str]
    chosen: str
    score_percent: int | None
    why: list[Text]


@dataclass(frozen=True, slots=True)
class HeldPage:
    """A run that waits. `rows` are its columns to map, where it is held for them and its file can be read."""

    run: FeedRun
    title: str
    findings: list[ToldFinding]
    rows: list[MapRow]
    choices: list[tuple[str, str]]
    is_about_columns: bool
    snapshot: SnapshotInfo | None
    now: datetime
    may_decide: bool
    is_damaged: bool = False
    complaint: str = ""


@dataclass(frozen=True, slots=True)
class MappingsPage:
    resource: str
    title: str
    mappings: list[tuple[ColumnMapping, list[tuple[str, str]]]]


def held_page(
    actor: Actor, run_id: UUID, *, now: datetime, chosen: dict[str, str] | None = None, complaint: str = ""
) -> HeldPage:
    """Tell what a held run waits for. Raises: Http404 where it doesn't wait, or isn't this actor's to know."""
    try:
        report = queries.report_of(actor, run_id)
    except queries.NotHeld:
        raise Http404 from None
    if report.run.state != RunState.HELD:
        raise Http404
    schema = rulebook.rules_of(report.resource)
    about_columns = not report.verdict
    rows, is_damaged = _rows(report, schema, chosen) if about_columns else ([], False)
    return HeldPage(
        run=report.run,
        title=schema.title,
        findings=told_columns(report, schema) if about_columns else told_checks(report, schema, failed_only=True),
        rows=rows,
        choices=[(column.field, column.title) for column in schema.columns],
        is_about_columns=about_columns,
        snapshot=latest_snapshot(report.resource),
        now=now,
        may_decide=queries.may_keep(actor, report.resource),
        is_damaged=is_damaged,
        complaint=complaint,
    )


def mappings_page(actor: Actor, resource: str) -> MappingsPage:
    """Tell all mappings of a resource, newest first. Raises: Http404."""
    schema = rulebook.rules_of_all().get(resource)
    if schema is None or not queries.may_see(actor, resource):
        raise Http404
    titles = {column.field: column.title for column in schema.columns}
    found = [
        (mapping, [(each.title, titles.get(each.field, each.field)) for each in drift.read(mapping.columns)])
        for mapping in ColumnMapping.objects.filter(resource=resource)
    ]
    return MappingsPage(resource, schema.title, found)


def told_columns(report: QualityReport, schema: RegisterSchema) -> list[ToldFinding]:
    """Say what is different about a run's columns."""
    titles = {column.field: column.title for column in schema.columns}
    return [_told_column(each, titles) for each in column_findings(report.noticed)]


def told_checks(report: QualityReport, schema: RegisterSchema, *, failed_only: bool = False) -> list[ToldFinding]:
    """Say how the checks of a run ended."""
    found = check_findings(report.findings)
    return [_told_check(each, schema) for each in found if not (failed_only and each.passed)]


def _told_column(each: ColumnFinding, titles: dict[str, str]) -> ToldFinding:
    about = titles.get(each.field, each.field)
    told = {
        "MISSING": _("“%(column)s”（原来的列名：%(before)s）"),
        "NEW": _("文件中的“%(after)s”"),
        "RENAMED": _("“%(column)s”（原来的列名：%(before)s）现在可能叫“%(after)s”"),
        "CONTENT": _("“%(column)s”（列名：%(after)s）只有 %(share)s%% 的内容符合类型"),
        "REORDERED": _("列都在，只是顺序不同，按列名读入"),
    }[each.kind]
    share = f"{100 * (each.share or 0):.0f}"
    words = told % {"column": about, "before": each.before, "after": each.after, "share": share}
    return ToldFinding(wording.DRIFTS[each.kind], words, "warning" if each.holds else "info")


def _told_check(each: CheckFinding, schema: RegisterSchema) -> ToldFinding:
    titles = {column.field: column.title for column in schema.columns}
    columns = "、".join(titles.get(field, field) for field in each.fields)
    unit = wording.LIMITS.get(each.kind, wording.ROWS_LIMIT)
    if each.measured is None:
        figures = _("没有可比的数据，未检查")
    else:
        figures = _("实际 %(measured)s，界限 %(limit)s %(unit)s") % {
            "measured": f"{each.measured:.2f}",
            "limit": f"{each.limit:g}",
            "unit": unit,
        }
    told = "：".join(part for part in (columns, figures) if part)
    tone = "neutral" if each.measured is None else "success" if each.passed else wording.TONES[each.severity]
    return ToldFinding(wording.CHECKS[each.kind], told, tone, each.lines[:_LISTED_LINES])


def _rows(report: QualityReport, schema: RegisterSchema, chosen: dict[str, str] | None) -> tuple[list[MapRow], bool]:
    try:
        look = queries.look_of(report.run)
    except (FileRefused, KeyringError, OSError):
        return [], True
    before = {each.title: each for each in drift.read(report.columns)}
    columns = {column.field: column for column in schema.columns}
    taken = {each.field for each in before.values()}
    free = tuple(_undemanding(column) for column in schema.columns if column.field not in taken)
    offered = suggested(look, RegisterSchema(resource=schema.resource, title=schema.title, columns=free))
    return [
        _row(place, title, look, before.get(title), offered.get(title), columns, chosen)
        for place, title in enumerate(look.titles)
    ], False


def _row(
    place: int,
    title: str,
    look: Look,
    before: MappedColumn | None,
    offered: Suggestion | None,
    columns: dict[str, Column],
    chosen: dict[str, str] | None,
) -> MapRow:
    known = columns.get(before.field) if before and before.field else None
    likely = weigh(title, look.cells_of(title), known) if known else offered
    picked = likely.field if likely else ""
    if chosen is not None:
        picked = chosen.get(title, "")
    column = columns.get(likely.field) if likely else None
    return MapRow(
        name=f"column-{place}",
        title=title,
        samples=masked_samples(look.cells_of(title), column),
        chosen=picked,
        score_percent=round(100 * likely.score) if likely else None,
        why=[wording.WHY[each] for each in likely.why] if likely else [],
    )


def _undemanding(column: Column) -> Column:
    """Return a column that may be there or not, whatever it holds: rules of some columns needn't hold together."""
    return msgspec.structs.replace(column, required=False, personal=Personal.NONE)
