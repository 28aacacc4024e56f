"""Rows that were accepted and told of: which, and for what; masked, as rejected ones are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, overload
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import Http404

from haihe.base.accounts.api import Actor
from haihe.data.exchange.lake import SnapshotDamaged
from haihe.data.exchange.models import FeedRun, Mode
from haihe.data.exchange.quality import queries, rulebook
from haihe.data.exchange.quality.models import QualityReport
from haihe.data.exchange.rejects import MaskedCell, masked_cells, rejects_of
from haihe.data.exchange.rules import NoRules, RegisterSchema
from haihe.data.exchange.sentences import problem_told, sentence_of
from haihe.data.exchange.warned import KEPT_A_REASON, WARNED

PAGE_ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class WarnedReason:
    code: str
    sentence: str
    rows: int


@dataclass(frozen=True, slots=True)
class WarnedRow:
    """One row: its line in the file that was handed in, what is told of it, and masked cells.

    Without a line it was there before the changes that the file brought, or how many lines those had isn't known.
    """

    line: int | None
    problems: list[tuple[str, str]]
    cells: list[MaskedCell]


@dataclass(frozen=True, slots=True)
class WarnedPage:
    """`rows` is None where they can't be read any more; `cut` where only the first of a reason are kept."""

    report: QualityReport
    title: str
    reasons: list[WarnedReason]
    code: str
    rows: "Page[WarnedRow] | None"
    cut: bool

    @property
    def kept_a_reason(self) -> int:
        return KEPT_A_REASON


class _Rows(Sequence[WarnedRow]):
    """The kept rows of one reason or all, for a paginator: only the slice it asks for is read."""

    def __init__(self, report: QualityReport, schema: RegisterSchema, code: str, count: int) -> None:
        self._report = report
        self._schema = schema
        self._code = code
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> WarnedRow: ...
    @overload
    def __getitem__(self, place: slice) -> list[WarnedRow]: ...
    def __getitem__(self, place: int | slice) -> WarnedRow | list[WarnedRow]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        start, stop, _step = place.indices(len(self))
        if stop <= start:
            return []
        run, schema = self._report.run, self._schema
        return [
            WarnedRow(
                _line_in_file(run, row.line),
                [(problem.column, problem_told(problem, schema)) for problem in row.problems],
                masked_cells(row, schema),
            )
            for row in rejects_of(run, code=self._code, offset=start, limit=stop - start, file_name=WARNED)
        ]


def _line_in_file(run: FeedRun, line: int) -> int | None:
    """A merged snapshot numbers a delta's rows on from those of before."""
    if run.mode != Mode.DELTA:
        return line
    before = run.merged.get("last_line")
    return line - before if before is not None and line > before else None


def warned_reasons(report: QualityReport, schema: RegisterSchema) -> list[WarnedReason]:
    """Return for what how many rows are told of, most first."""
    reasons: dict[str, int] = report.warned["reasons"] if report.warned else {}
    by_count = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return [WarnedReason(code, sentence_of(code, schema), rows) for code, rows in by_count]


def warned_page(actor: Actor, run_id: UUID, *, code: str, number: str | None) -> WarnedPage:
    """Tell the rows that a run's report tells of. Raises: Http404 where there is no report for this actor."""
    try:
        report = queries.report_of(actor, run_id)
        schema = rulebook.rules_of_run(report.run)
    except (queries.NotHeld, NoRules):
        raise Http404 from None
    reasons = warned_reasons(report, schema)
    chosen = [reason for reason in reasons if code in ("", reason.code)] or reasons
    code = code if chosen != reasons else ""
    kept = sum(min(reason.rows, KEPT_A_REASON) for reason in chosen)
    cut = kept < sum(reason.rows for reason in chosen)
    rows = _page(_Rows(report, schema, code, kept), number)
    return WarnedPage(report, schema.title, reasons, code, rows, cut)


def _page(rows: _Rows, number: str | None) -> "Page[WarnedRow] | None":
    try:
        return Paginator(rows, PAGE_ROWS).get_page(number)
    except SnapshotDamaged:
        return None
