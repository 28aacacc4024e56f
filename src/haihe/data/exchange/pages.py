"""What each page of the exchange shows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import overload

from django.core.paginator import Page
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.base.accounts.api import Actor, Role
from haihe.data.exchange import queries
from haihe.data.exchange.forms import UploadForm
from haihe.data.exchange.models import FeedRun, RunState
from haihe.data.exchange.ownership import owner_of
from haihe.data.exchange.quality.models import RejectReturn
from haihe.data.exchange.records import SnapshotInfo
from haihe.data.exchange.rejects import MaskedCell, masked_cells, rejects_of
from haihe.data.exchange.rules import Column, Kind, RegisterSchema
from haihe.data.exchange.sentences import outcome_told, problem_told

TREND_RUNS = 12
BAR_WIDTH = 1000
_LEAST_SEEN = 8
_TREND_HEIGHT = 40
_TREND_STEP = 14
type Text = str | Promise


@dataclass(frozen=True, slots=True)
class TrendBar:
    """One run in the picture of rejects, as a rectangle."""

    x: int
    y: int
    height: int
    percent: float
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """One resource with what serves now and how its files have been lately."""

    register: RegisterSchema
    owner: str
    snapshot: SnapshotInfo | None
    trend: list[TrendBar]
    may_upload: bool

    @property
    def trend_width(self) -> int:
        return TREND_RUNS * _TREND_STEP

    @property
    def last_percent(self) -> float | None:
        return self.trend[-1].percent if self.trend else None


@dataclass(frozen=True, slots=True)
class FeedsPage:
    feeds: list[Feed]
    rows: "Page[FeedRun]"
    now: datetime
    may_upload: bool
    held: list[tuple[FeedRun, str]]


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """What is asked of one column, in words."""

    title: str
    aliases: str
    required: bool
    rule: Text


@dataclass(frozen=True, slots=True)
class UploadPage:
    form: UploadForm
    registers: list[tuple[RegisterSchema, list[ColumnRule]]]
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class ReasonCount:
    code: str
    sentence: str
    rows: int


@dataclass(frozen=True, slots=True)
class ShownReject:
    """A reject as a page may show it."""

    line: int
    problems: list[tuple[str, str]]
    cells: list[MaskedCell]


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a run's history."""

    title: Text
    at: datetime
    who: str
    tone: str


class ShownRejects(Sequence[ShownReject]):
    """A run's rejects of one reason or all, as a list for a paginator: only the slice it asks for is read.

    Taking a slice raises SnapshotDamaged.
    """

    def __init__(self, run: FeedRun, schema: RegisterSchema, code: str) -> None:
        self._run = run
        self._schema = schema
        self._code = code

    def __len__(self) -> int:
        return int(self._run.reasons.get(self._code, 0)) if self._code else self._run.rows_rejected

    @overload
    def __getitem__(self, place: int) -> ShownReject: ...
    @overload
    def __getitem__(self, place: slice) -> list[ShownReject]: ...
    def __getitem__(self, place: int | slice) -> ShownReject | list[ShownReject]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        start, stop, _step = place.indices(len(self))
        read = rejects_of(self._run, code=self._code, offset=start, limit=stop - start)
        return [
            ShownReject(
                reject.line,
                [(problem.column, problem_told(problem, self._schema)) for problem in reject.problems],
                masked_cells(reject, self._schema),
            )
            for reject in read
        ]


_ALL_READ = 100


@dataclass(frozen=True, slots=True)
class RunPage:
    """One run. `rejects` is None where its rows can't be read any more."""

    run: FeedRun
    title: str
    reasons: list[ReasonCount] = field(default_factory=list)
    code: str = ""
    rejects: "Page[ShownReject] | None" = None
    events: list[Event] = field(default_factory=list)
    is_serving: bool = False
    may_take: bool = False
    may_rerun: bool = False
    has_report: bool = False
    returned: RejectReturn | None = None
    may_return: bool = False

    @property
    def outcome(self) -> Text:
        """How it ended, as it stands today: what was published may have been replaced since."""
        if self.run.state != RunState.PUBLISHED:
            return outcome_told(self.run.outcome_code, self.run.outcome)
        return _("数据已采用，正在提供服务。") if self.is_serving else _("数据已采用，后来已被更新的一份替换。")

    @property
    def merged(self) -> list[tuple[Text, int]]:
        """How a delta and the snapshot before became the one after: what was there, what was done, what is there."""
        return [(label, self.run.merged[name]) for name, label in _MERGED] if self.run.merged else []

    @property
    def progress_percent(self) -> int:
        return min(100, 100 * self.run.bytes_read // max(1, self.run.size_bytes))

    @property
    def step(self) -> int:
        """How far a run that goes on has come: 1 waits, 2 is read, 3 is written down, 4 is assessed and indexed."""
        if self.run.state == RunState.READING:
            return 2 if self.progress_percent < _ALL_READ else 3
        return 4 if self.run.state == RunState.CHECKED else 1

    @property
    def reject_percent(self) -> float:
        return 100 * self.run.rows_rejected / max(1, self.run.rows_in)

    @property
    def rejected_width(self) -> int:
        """Width of the rejects in the bar; a few stay visible however many rows there are."""
        if not self.run.rows_rejected:
            return 0
        return max(_LEAST_SEEN, round(BAR_WIDTH * self.run.rows_rejected / self.run.rows_in))

    @property
    def accepted_width(self) -> int:
        return BAR_WIDTH - self.rejected_width if self.run.rows_accepted else 0

    @property
    def format(self) -> Text:
        """In which format its rows stood in the file."""
        return _FORMATS.get(self.run.format, self.run.format)

    @property
    def confidence_percent(self) -> int:
        return round(100 * (self.run.encoding_confidence or 0))


_MERGED: tuple[tuple[str, Text], ...] = (
    ("before", _("合并前")),
    ("new", _("新增")),
    ("replaced", _("替换")),
    ("deleted", _("删除")),
    ("unchanged", _("未变")),
    ("after", _("合并后")),
)

_FORMATS: dict[str, Text] = {
    "csv_file": _("分隔符文本（CSV）"),
    "xlsx": _("Excel 工作簿（XLSX）"),
    "xls": _("Excel 97–2003 工作簿（XLS）"),
    "json_file": "JSON",
    "jsonl": "JSON Lines",
    "parquet": "Parquet",
    "zip_file": _("ZIP 压缩包"),
    "arrow_stream": _("接口读取的行"),
}

_MOVES: dict[str, tuple[Text, str]] = {
    "receive": (_("收到文件"), "info"),
    "begin": (_("开始读取"), "info"),
    "check": (_("逐行检查完成"), "info"),
    "publish": (_("采用并开始服务"), "success"),
    "reject": (_("未采用"), "warning"),
    "hold": (_("暂停，等数据专员决定"), "warning"),
    "resume": (_("数据专员决定继续"), "info"),
    "refuse": (_("数据专员决定不采用"), "warning"),
    "fail": (_("处理失败"), "danger"),
    "return_rejects": (_("返还退回行"), "neutral"),
    "carry_rejects": (_("退回行已送回数据源"), "success"),
    "take_rejects": (_("下载退回行"), "neutral"),
}


def events_of(run: FeedRun) -> list[Event]:
    """Tell a run's history, oldest first."""
    told = ((_MOVES[move.name], move) for move in run.moves.all())
    return [Event(title, move.at, move.by, tone) for (title, tone), move in told]


def feeds_of(actor: Actor, registers: Sequence[RegisterSchema]) -> list[Feed]:
    resources = [register.resource for register in registers]
    runs, snapshots = queries.last_finished(resources, TREND_RUNS), queries.latest_snapshots(resources)
    return [
        Feed(
            register=register,
            owner=(owner := owner_of(register.resource)),
            snapshot=snapshots.get(register.resource),
            trend=_trend(runs[register.resource], register.max_reject_percent),
            may_upload=actor.has(Role.STEWARD, owner),
        )
        for register in registers
    ]


def _trend(runs: list[FeedRun], ceiling_percent: float) -> list[TrendBar]:
    """Draw the share of rejects of each run; full height is the share at which a file is held, or the worst one."""
    percents = [100 * run.rows_rejected / run.rows_in for run in runs]
    top = max([ceiling_percent, *percents])
    heights = [max(2, round(_TREND_HEIGHT * percent / top)) for percent in percents]
    return [
        TrendBar(place * _TREND_STEP, _TREND_HEIGHT - height, height, percent, run.received_at)
        for place, (run, percent, height) in enumerate(zip(runs, percents, heights, strict=True))
    ]


_KINDS: dict[Kind, Text] = {
    Kind.TEXT: _("文字"),
    Kind.CODE: _("代码"),
    Kind.ID_NUMBER: _("18 位身份证号码，校验码须正确"),
    Kind.CREDIT_CODE: _("18 位统一社会信用代码，校验码须正确"),
    Kind.DIVISION: _("12 位区划代码（也可写 6 位或 9 位）"),
    Kind.INTEGER: _("整数"),
    Kind.DECIMAL: _("数字，最多两位小数"),
    Kind.DATE: _("日期，如 2026-03-01、2026/3/1、20260301、2026年3月1日；无期限写“长期”"),
}


def column_rules(register: RegisterSchema) -> list[ColumnRule]:
    """Tell a register's columns in words."""
    return [ColumnRule(c.title, "、".join(c.aliases), c.required, _rule_of(c)) for c in register.columns]


def _rule_of(column: Column) -> Text:
    if column.options:
        return "、".join(column.options)
    if column.low is not None and column.high is not None:
        return f"{_KINDS[column.kind]} ({column.low:g}–{column.high:g})"
    return _KINDS[column.kind]
