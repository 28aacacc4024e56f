"""What the pages of exports and public figures show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haihe.base.accounts.api import Actor, Role
from haihe.city import api as city
from haihe.data.matching.definition import read_definition
from haihe.data.matching.errors import NotNow
from haihe.data.matching.models import MatchModel, MatchRun
from haihe.data.matching.pages import titles_of, told_version
from haihe.data.matching.privacy.counting import count_model
from haihe.data.matching.privacy.exporting import personal_columns
from haihe.data.matching.privacy.models import PublicFigures, ResultExport
from haihe.data.matching.privacy.noise import within
from haihe.data.matching.privacy.publishing import EPSILON, YEARLY, is_small, left_of, newest_figures, spent_by
from haihe.data.matching.privacy.workflow import ExportFormat, ExportState, Right
from haihe.data.matching.workflow import LeadKind

type Text = str | Promise
RIGHTS: Final[dict[str, Text]] = {
    Right.DUTY: gettext_lazy("法律、行政法规规定的职责"),
    Right.CONSENT: gettext_lazy("本人同意"),
    Right.COURT: gettext_lazy("司法机关依法调取"),
}
_STEPS: Final[dict[str, tuple[Text, ...]]] = {
    LeadKind.VISIT: (gettext_lazy("发现"), gettext_lazy("已走访"), gettext_lazy("已落实")),
    LeadKind.CHECK: (gettext_lazy("发现"), gettext_lazy("已上门核实"), gettext_lazy("已作决定")),
    "": (gettext_lazy("发现"),),
}
_COLOURS: Final = ("#8a95a5", "#1f5fbf", "#1b7a43")


@dataclass(frozen=True, slots=True)
class Column:
    """An output field that may leave; a personal one only by a right."""

    part: str
    title: str
    is_personal: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class AskPage:
    """What may be taken out of a run's result, and what was."""

    run: MatchRun
    columns: list[Column]
    formats: list[tuple[str, str]]
    rights: list[tuple[str, Text]]
    told: dict[str, str]
    exports: list[ResultExport]
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class ExportPage:
    row: ResultExport
    columns: list[str]
    right: Text
    may_decide: bool
    may_take: bool
    awaits_another: bool
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A district with its figures, in the order of the columns."""

    code: str
    name: str
    values: tuple[int, ...]
    titles: tuple[str, ...] = ()

    @property
    def cells(self) -> list[tuple[str, int]]:
        return list(zip(self.titles, self.values, strict=True))


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """Figures of one model as everybody may read them. `off` says by how much each column may differ, 0 where exact."""

    model: MatchModel
    shown: PublicFigures
    columns: list[tuple[str, int]]
    lines: list[Line]
    total: list[tuple[str, int]]
    total_off: int
    told: list[str]
    legal_basis: str
    before: list[PublicFigures]
    chart: dict[str, object]
    map: Any
    yearly: float
    spent: float

    @property
    def is_noisy(self) -> bool:
        return self.shown.epsilon > 0


@dataclass(frozen=True, slots=True)
class PublishPage:
    """Before publishing: what it would cost, and what is left."""

    model: MatchModel
    resource: str
    is_small: bool
    epsilon: float
    yearly: float
    left: float
    spent: float
    last: PublicFigures | None
    would_stay: bool
    may_publish: bool
    refusal: str = ""


def ask_page(actor: Actor, run: MatchRun, exports: QuerySet[ResultExport], told: Any, refusal: str = "") -> AskPage:
    model = read_definition(run.version.text)
    titles, personal = titles_of(model), personal_columns(model)
    chosen = told.getlist("columns") if told else [part for part in model.output if part not in personal]
    return AskPage(
        run=run,
        columns=[Column(part, titles.short(part), part in personal, part in chosen) for part in model.output],
        formats=[(str(value), str(label)) for value, label in ExportFormat.choices],
        rights=list(RIGHTS.items()),
        told={name: told.get(name, "")[:300] for name in ("purpose", "right", "basis", "file_format")} if told else {},
        exports=list(exports),
        refusal=refusal,
    )


def export_page(actor: Actor, row: ResultExport, refusal: str = "") -> ExportPage:
    titles = titles_of(read_definition(row.run.version.text))
    own = actor.user_id == row.asked_by
    return ExportPage(
        row=row,
        columns=[titles.short(part) for part in row.columns],
        right=RIGHTS.get(row.right, ""),
        may_decide=row.state == ExportState.WAITING and not own and actor.has(Role.APPROVER, row.run.organisation),
        may_take=own and row.state in (ExportState.READY, ExportState.TAKEN),
        awaits_another=row.state == ExportState.WAITING and own,
        refusal=refusal,
    )


def figures_page(model: MatchModel, rows: list[PublicFigures], shown: PublicFigures) -> FiguresPage:
    names = {one.code: one.local_name for one in city.whole_city().shapes}
    steps: dict[str, Any] = shown.steps or {"by": {}, "total": [sum(shown.counts.values())]}
    titles = [str(title) for title in _STEPS[shown.kind]]
    lines = [
        Line(code, names.get(code, code), (found, *steps["by"].get(code, []))[: len(titles)], tuple(titles))
        for code, found in shown.counts.items()
    ]
    noisy = shown.epsilon > 0
    version = told_version(shown.run.version) if shown.run else None
    return FiguresPage(
        model=model,
        shown=shown,
        columns=[(title, within(shown.epsilon, cells=3 - n) if noisy else 0) for n, title in enumerate(titles)],
        lines=lines,
        total=list(zip(titles, steps["total"], strict=False)),
        total_off=within(shown.epsilon, cells=3 * len(lines)) if noisy else 0,
        told=version.told if version else [],
        legal_basis=version.legal_basis if version else "",
        before=rows,
        chart=_chart(titles, lines),
        map=city.whole_city().shaded(shown.counts),
        yearly=YEARLY,
        spent=YEARLY - left_of(shown.resource, shown.year),
    )


def publish_page(actor: Actor, model: MatchModel, *, now: datetime, refusal: str = "") -> PublishPage:
    year, last = timezone.localdate(now).year, newest_figures(model)
    may = actor.has(Role.APPROVER, model.organisation)
    try:
        facts = count_model(model)
    except NotNow as nothing:
        return PublishPage(
            model, "", False, EPSILON, YEARLY, 0, spent_by(model, year), last, False, False, refusal or nothing.message
        )
    return PublishPage(
        model=model,
        resource=facts.resource,
        is_small=is_small(facts.cells),
        epsilon=EPSILON,
        yearly=YEARLY,
        left=left_of(facts.resource, year),
        spent=spent_by(model, year),
        last=last,
        would_stay=last is not None and last.facts_mark == facts.mark(model),
        may_publish=may,
        refusal=refusal,
    )


def figures_rows(page: FiguresPage) -> list[list[str]]:
    """Return the table as lines of a file, with what stands beside it on the page."""
    lines = [[_("区划代码"), _("区"), *(title for title, _off in page.columns)]]
    lines += [[line.code, line.name, *map(str, line.values)] for line in page.lines]
    if page.is_noisy:
        off = [str(off) for _title, off in page.columns]
        lines.append(["", _("95% 的情况下与真实数相差不超过"), *off])
    return lines


def _chart(titles: list[str], lines: list[Line]) -> dict[str, object]:
    """Return bars beside each other for each district, the largest first."""
    shown = sorted(lines, key=lambda line: line.values[0], reverse=True)
    return {
        "xAxis": {
            "type": "category",
            "data": [line.name for line in shown],
            "axisLabel": {"interval": 0, "rotate": 40},
        },
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {
                "type": "bar",
                "name": title,
                "itemStyle": {"color": _COLOURS[n]},
                "data": [line.values[n] for line in shown],
            }
            for n, title in enumerate(titles)
        ],
        "legend": {"bottom": 0},
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
    }
