"""What the scoreboard's page and file show."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from haihe.data.sharing import figures, wording
from haihe.data.sharing.figures import Figure, Side
from haihe.data.sharing.periods import ALL, Period
from haihe.data.sharing.queries import scoreboard
from haihe.data.sharing.queries.usage import FEWEST_SHOWN

type Values = dict[str, dict[str, Decimal]]

BY_NAME_OF_DEPARTMENT: Final = "department"
_CHARTED = 12
_CHART: Final = {
    Side.OWNER: (
        ("answered_in_time", "#1b7a43"),
        ("answered_late", "#c98a12"),
        ("waiting", "#1f5fbf"),
        ("overdue", "#b3261e"),
    ),
    Side.APPLICANT: (("used", "#1b7a43"), ("unused", "#8a95a5")),
}
_LEVELLED: Final = Decimal(1)
_MOST_FIRST: Final = {Side.OWNER: "received", Side.APPLICANT: "held"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the address is understood; what isn't counts as not said."""

    period: str = ""
    side: Side = Side.OWNER
    sort: str = ""
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """One figure as a column head; `turned` is the address's query that sorts by it, or the other way round."""

    figure: Figure
    turned: str
    is_sorted: str


@dataclass(frozen=True, slots=True)
class Cell:
    label: str
    value: Decimal | None
    is_bad: bool
    is_hidden: bool = False

    @property
    def shown(self) -> int | Decimal | None:
        whole = self.value is not None and self.value == self.value.to_integral_value()
        return int(self.value) if whole and self.value is not None else self.value


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ScoreboardPage:
    """`at` is when the figures were made; None where they never were."""

    at: datetime | None
    period: Period | None
    periods: tuple[Period, ...]
    asked: Asked
    by_name: Column
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    chart: dict[str, object]
    silent: int
    fewest_shown: int = FEWEST_SHOWN

    @property
    def has_hidden(self) -> bool:
        return any(cell.is_hidden for row in self.rows for cell in row.cells)

    @property
    def sides(self) -> list[tuple[str, str, bool]]:
        """Return (side, what it is called, whether it is shown)."""
        names = {Side.OWNER: _("作为数据提供部门"), Side.APPLICANT: _("作为数据使用部门")}
        return [(side.value, name, side == self.asked.side) for side, name in names.items()]


def read_asked(told: "dict[str, str]") -> Asked:
    """Read the address's query; whatever stands there, something sensible comes of it."""
    side = Side.APPLICANT if told.get("side") == Side.APPLICANT else Side.OWNER
    sort = told.get("sort", "")
    known = sort == BY_NAME_OF_DEPARTMENT or (sort in figures.BY_NAME and figures.BY_NAME[sort].side == side)
    return Asked(told.get("period", ""), side, sort if known else "", told.get("order") != "asc")


def scoreboard_page(asked: Asked) -> ScoreboardPage:
    made = scoreboard.board()
    period = _chosen(made.periods, asked.period) if made else None
    values, hidden = _public(scoreboard.scores(period.key) if period else {})
    shown = figures.of_side(asked.side)
    codes = [code for code in values if any(figure.name in values[code] for figure in shown)]
    departments = wording.city_departments()
    names = _names(codes, departments)
    ordered = _ordered(codes, values, names, asked)
    return ScoreboardPage(
        at=made.at if made else None,
        period=period,
        periods=made.periods if made else (),
        asked=asked,
        by_name=Column(figures.FIGURES[0], *_turned(asked, period, BY_NAME_OF_DEPARTMENT)),
        columns=tuple(Column(figure, *_turned(asked, period, figure.name)) for figure in shown),
        rows=tuple(_row(names[code], values[code], shown, hidden.get(code, frozenset())) for code in ordered),
        chart=_chart(codes, values, names, asked.side),
        silent=len(departments.keys() - set(codes)),
    )


def scoreboard_rows(period: str) -> Iterator[Sequence[str]]:
    """Yield the file's rows: what it is and as of when, the head, a department each with all figures of both sides."""
    made = scoreboard.board()
    chosen = _chosen(made.periods, period) if made else None
    values, hidden = _public(scoreboard.scores(chosen.key) if chosen else {})
    names = _names(values, wording.city_departments())
    at = made.at.isoformat(timespec="seconds") if made else ""
    yield [_("期间"), chosen.key if chosen else "", _("截至"), at]
    yield [_("部门"), _("机构代码"), *(str(figure.label) for figure in figures.FIGURES)]
    for code in sorted(values):
        cells = _row(names[code], values[code], figures.FIGURES, hidden.get(code, frozenset())).cells
        yield [names[code], code, *(_in_file(cell) for cell in cells)]


def _in_file(cell: Cell) -> str:
    if cell.is_hidden:
        return f"<{FEWEST_SHOWN}"
    return "" if cell.value is None else f"{cell.value:f}".removesuffix(".0")


def _public(values: Values) -> tuple[Values, dict[str, frozenset[str]]]:
    """Return the figures with small counts of what is persons' own affair levelled, and which of each department's
    those are: neither a cell nor its place in the list tells them apart."""
    hidden = {
        code: frozenset(name for name in figures.ABOUT_PERSONS & told.keys() if 0 < told[name] < FEWEST_SHOWN)
        for code, told in values.items()
    }
    return {code: told | dict.fromkeys(hidden[code], _LEVELLED) for code, told in values.items()}, hidden


def _chosen(periods: Sequence[Period], key: str) -> Period:
    """Return the period asked for; the present year where nothing sensible was."""
    known = {period.key: period for period in periods}
    return known.get(key) or next(period for period in periods if period.key != ALL)


def _names(codes: Iterable[str], departments: Mapping[str, str]) -> dict[str, str]:
    return {code: departments.get(code) or wording.organisation_name(code) for code in codes}


def _ordered(
    codes: Sequence[str], values: dict[str, dict[str, Decimal]], names: dict[str, str], asked: Asked
) -> list[str]:
    by_name = sorted(codes, key=lambda code: names[code])
    if asked.sort == BY_NAME_OF_DEPARTMENT:
        return by_name[::-1] if asked.descending else by_name
    if not asked.sort:
        # What needs looking at comes first.
        bad = [figure.name for figure in figures.of_side(asked.side) if figure.is_bad]
        most = _MOST_FIRST[asked.side]
        return sorted(by_name, key=lambda c: (-sum(values[c].get(name, 0) for name in bad), -values[c].get(most, 0)))
    sign = -1 if asked.descending else 1
    return sorted(by_name, key=lambda code: sign * values[code].get(asked.sort, Decimal(0)))


def _turned(asked: Asked, period: Period | None, name: str) -> tuple[str, str]:
    """Return the query that sorts by the column, and how it is sorted now, in ARIA's words."""
    here = asked.sort == name
    order = "asc" if (here and asked.descending) or (not here and name == BY_NAME_OF_DEPARTMENT) else "desc"
    state = ("descending" if asked.descending else "ascending") if here else "none"
    return f"?period={period.key if period else ''}&side={asked.side}&sort={name}&order={order}", state


def _row(name: str, told: dict[str, Decimal], shown: Sequence[Figure], hidden: frozenset[str]) -> Row:
    cells = [
        Cell(
            label=str(figure.label),
            value=told.get(figure.name, _absent(figure)),
            is_bad=figure.is_bad and figure.name in told,
            is_hidden=figure.name in hidden,
        )
        for figure in shown
    ]
    return Row(name, tuple(cells))


def _absent(figure: Figure) -> Decimal | None:
    """Return what stands for a figure that wasn't counted: nothing counted is zero, a median of nothing is none."""
    return None if figure.name == "median_days" else Decimal(0)


def _chart(
    codes: Sequence[str], values: dict[str, dict[str, Decimal]], names: dict[str, str], side: Side
) -> dict[str, object]:
    """Return stacked bars of the departments that have most to tell."""
    series = _CHART[side]
    size = {code: sum(values[code].get(name, Decimal(0)) for name, _colour in series) for code in codes}
    chosen = sorted((code for code in codes if size[code]), key=lambda code: -size[code])[:_CHARTED]
    return {
        "xAxis": {"type": "category", "data": [names[code] for code in chosen]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {
                "type": "bar",
                "stack": "all",
                "barMaxWidth": 48,
                "name": str(figures.BY_NAME[name].label),
                "itemStyle": {"color": colour},
                "data": [int(values[code].get(name, 0)) for code in chosen],
            }
            for name, colour in series
        ],
        "legend": {"bottom": 0},
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
    }
