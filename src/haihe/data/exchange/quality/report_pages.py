"""What the pages of reports show: one run's quality, its trend, and all resources beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import Http404

from haihe.base.accounts.api import Actor
from haihe.data.exchange.lake import SnapshotDamaged
from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.quality import queries, rulebook, wording
from haihe.data.exchange.quality.held_pages import ToldFinding, told_checks, told_columns
from haihe.data.exchange.quality.models import QualityReport
from haihe.data.exchange.quality.queries import OwnersScore
from haihe.data.exchange.quality.scoring import dimension_of
from haihe.data.exchange.quality.warned_pages import warned_reasons
from haihe.data.exchange.quality.wording import Text
from haihe.data.exchange.rejects import rejects_of
from haihe.data.exchange.rules import NoRules, RegisterSchema
from haihe.data.exchange.sentences import sentence_of

PAGE_ROWS: Final = 20
TREND_RUNS: Final = 12
_SHOWN_LINES: Final = 5
_WIDTH, _HEIGHT, _EDGE = 240, 56, 6
_LOWEST: Final = 90.0
_LABELS: Final = tuple(wording.DIMENSIONS.items())


@dataclass(frozen=True, slots=True)
class Scored:
    """One dimension's score; None where nothing measures it. `width` is of 1000."""

    label: Text
    score: float | None

    @property
    def width(self) -> int:
        return round(10 * (self.score or 0))


@dataclass(frozen=True, slots=True)
class Point:
    """One run in a picture; the places are texts, which no language's decimal comma gets into."""

    x: str
    y: str
    score: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Trend:
    """One dimension over the last runs, as a line between `low` and 100."""

    label: Text
    low: float
    points: list[Point]

    @property
    def line(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.points)


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """One reason for which rows were rejected, with some of their lines."""

    code: str
    sentence: str
    dimension: Text
    rows: int
    lines: list[int]


@dataclass(frozen=True, slots=True)
class TrendRow:
    """One run in the table beside the pictures."""

    run: FeedRun
    cells: list[Scored]
    total: float | None


@dataclass(frozen=True, slots=True)
class ReportPage:
    report: QualityReport
    title: str
    scores: list[Scored]
    noticed: list[ToldFinding]
    checks: list[ToldFinding]
    broken: list[BrokenRule]
    warned: list[BrokenRule]
    trends: list[Trend]
    rows: list[TrendRow]
    labels: list[Text]
    decisions: list[tuple[Text, str, str, datetime]]


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """The last report of one resource beside the others."""

    report: QualityReport
    title: str
    cells: list[Scored]
    reject_percent: float


@dataclass(frozen=True, slots=True)
class OverviewPage:
    page: "Page[QualityReport]"
    rows: list[OverviewRow]
    owners: list[OwnersScore]
    owner: str
    labels: list[Text]
    held: list[tuple[FeedRun, str]]


def report_page(actor: Actor, run_id: UUID) -> ReportPage:
    """Tell one run's quality. Raises: Http404 where there is no report for this actor."""
    try:
        report = queries.report_of(actor, run_id)
        schema = rulebook.rules_of_run(report.run)
    except (queries.NotHeld, NoRules):
        raise Http404 from None
    last = queries.last_reports(report.resource, TREND_RUNS, until=report.made_at)
    return ReportPage(
        report=report,
        title=schema.title,
        scores=_scores(report),
        noticed=told_columns(report, schema),
        checks=told_checks(report, schema),
        broken=_broken(report.run, schema),
        warned=[
            BrokenRule(each.code, each.sentence, wording.DIMENSIONS[dimension_of(each.code, schema)], each.rows, [])
            for each in warned_reasons(report, schema)
        ],
        trends=_trends(last),
        rows=[TrendRow(each.run, _scores(each), each.total) for each in reversed(last)],
        labels=list(wording.DIMENSIONS.values()),
        decisions=[
            (wording.DECIDED[each.accepted], each.words, each.by, each.at) for each in report.run.decisions.all()
        ],
    )


def overview_page(actor: Actor, *, owner: str, number: str | None) -> OverviewPage:
    """Tell the last report of every resource this actor may see, the worst first."""
    reports = queries.latest_reports(actor, owner=owner)
    page = Paginator(reports, PAGE_ROWS).get_page(number)
    titles = {code: schema.title for code, schema in rulebook.rules_of_all().items()}
    rows = [
        OverviewRow(
            report,
            titles.get(report.resource, report.resource),
            _scores(report),
            100 * report.run.rows_rejected / max(1, report.run.rows_in),
        )
        for report in page
    ]
    owners, labels = queries.owners_scores(actor), list(wording.DIMENSIONS.values())
    held = [(run, titles.get(run.resource, run.resource)) for run in queries.held_runs(actor)]
    return OverviewPage(page, rows, owners, owner, labels, held)


def _scores(report: QualityReport) -> list[Scored]:
    return [Scored(label, report.scores.get(name)) for name, label in wording.DIMENSIONS.items()]


def _broken(run: FeedRun, schema: RegisterSchema) -> list[BrokenRule]:
    by_count = sorted(run.reasons.items(), key=lambda item: (-item[1], item[0]))
    return [
        BrokenRule(
            code,
            sentence_of(code, schema),
            wording.DIMENSIONS[dimension_of(code, schema)],
            rows,
            _lines(run, code),
        )
        for code, rows in by_count
    ]


def _lines(run: FeedRun, code: str) -> list[int]:
    """Return some lines of rows rejected for this reason; none where they can't be read any more."""
    try:
        return [reject.line for reject in rejects_of(run, code=code, limit=_SHOWN_LINES)]
    except SnapshotDamaged:
        return []


def _trends(reports: Sequence[QualityReport]) -> list[Trend]:
    if len(reports) < 2:
        return []
    times = [report.made_at for report in reports]
    whole = _trend(wording.TOTAL, [report.total for report in reports], times)
    each = [_trend(label, [report.scores.get(name) for report in reports], times) for name, label in _LABELS]
    return [trend for trend in (whole, *each) if trend.points]


def _trend(label: Text, scored: Sequence[float | None], times: Sequence[datetime]) -> Trend:
    dated = enumerate(zip(scored, times, strict=True))
    known = [(place, score, at) for place, (score, at) in dated if score is not None]
    low = min([_LOWEST, *(score for _, score, _ in known)])
    step = (_WIDTH - 2 * _EDGE) / max(1, len(scored) - 1)
    scale = (_HEIGHT - 2 * _EDGE) / (100 - low)
    points = [
        Point(f"{_EDGE + place * step:.0f}", f"{_EDGE + (100 - score) * scale:.1f}", score, at)
        for place, score, at in known
    ]
    return Trend(label, low, points)
