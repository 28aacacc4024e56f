"""What the pages of linkage show."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role
from haihe.data.catalogue import api as catalogue
from haihe.data.exchange import api as exchange
from haihe.data.matching.linkage.accuracy import Point
from haihe.data.matching.linkage.clusters import Record
from haihe.data.matching.linkage.deciding import Effect
from haihe.data.matching.linkage.drawing import Curve, Waterfall, curve, waterfall
from haihe.data.matching.linkage.explaining import explain
from haihe.data.matching.linkage.model import LinkageModel, read_model
from haihe.data.matching.queries import parts_in
from haihe.data.matching.review.models import LinkagePair, LinkageRun
from haihe.data.matching.review.operations.judging import OpenedPair
from haihe.data.matching.review.queries import clusters_of, states_of, waiting_for
from haihe.data.matching.review.roles import TITLES
from haihe.data.matching.review.wording import COMPARISONS, LEVELS
from haihe.data.matching.review.workflow import RUN, WAITING, LinkageRunState, LinkageStep, PairState


@dataclass(frozen=True, slots=True)
class RunRow:
    """A linkage with the titles of its registers."""

    run: LinkageRun
    left: str
    right: str

    @property
    def title(self) -> str:
        return f"{self.left} × {self.right}"


@dataclass(frozen=True, slots=True)
class RunsPage:
    """All linkages that one may know of."""

    rows: Page[LinkageRun]
    runs: list[RunRow]
    may_start: bool
    sees_all: bool


@dataclass(frozen=True, slots=True)
class Share:
    """One part of the first register's rows: linked, left to people, or alone; `percent` of all."""

    title: str
    icon: str
    rows: int
    percent: float

    @property
    def told(self) -> str:
        return f"{self.percent:.1f}%"


@dataclass(frozen=True, slots=True)
class LivePage:
    """A run that waits or works: what it is at, the how-manieth step of how many."""

    run: LinkageRun
    is_open: bool
    may_cancel: bool
    step: str
    place: int
    steps: int = len(LinkageStep)


@dataclass(frozen=True, slots=True)
class Threshold:
    """One threshold of a link: its effect on the rows, and how right and how complete the model expects that to be."""

    point: Point
    effect: Effect

    @property
    def bits(self) -> str:
        return f"{self.point.bits:g}"

    @property
    def precision(self) -> float:
        return 100 * self.point.precision

    @property
    def recall(self) -> float:
        return 100 * self.point.recall


@dataclass(frozen=True, slots=True)
class Moving:
    """The picture of thresholds: the one in force, and another one that somebody looks at."""

    drawn: Curve
    now: Threshold
    moved: Threshold
    all: list[Threshold]

    @property
    def is_moved(self) -> bool:
        return self.moved != self.now

    @property
    def more_linked(self) -> int:
        return self.moved.effect.linked - self.now.effect.linked

    @property
    def more_in_review(self) -> int:
        return self.moved.effect.in_review - self.now.effect.in_review

    @property
    def whole(self) -> list[Threshold]:
        """Those of whole numbers, for a table."""
        return [one for one in self.all if one.point.bits.is_integer()]

    @property
    def ends(self) -> tuple[str, str]:
        return self.all[0].bits, self.all[-1].bits


@dataclass(frozen=True, slots=True)
class Compared:
    """Which field of either side tells one thing; "" where a side tells nothing."""

    title: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class RunPage:
    run: LinkageRun
    live: LivePage
    left: str
    right: str
    compared: list[Compared]
    shares: list[Share]
    moving: Moving | None
    states: list[tuple[str, str, int]]
    chosen: str
    pairs: Page[LinkagePair]
    may_judge: bool
    may_start: bool
    waiting: int
    waiting_states: tuple[str, ...] = WAITING

    @property
    def curve(self) -> Curve | None:
        return self.moving.drawn if self.moving else None


@dataclass(frozen=True, slots=True)
class Cluster:
    """Lines of either register that are one person's; `by_people` where somebody decided on one of its pairs."""

    left: list[int]
    right: list[int]
    by_people: bool


@dataclass(frozen=True, slots=True)
class PersonsPage:
    """Who stands in both registers: `sizes` are (records, persons), `rows` the clusters that are worth a look."""

    run: LinkageRun
    left: str
    right: str
    persons: int
    sizes: list[tuple[int, int]]
    rows: Page[Cluster]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that both records tell; `is_alike` where they tell the same."""

    title: str
    left: str
    right: str

    @property
    def is_alike(self) -> bool:
        return bool(self.left) and self.left == self.right


@dataclass(frozen=True, slots=True)
class Step:
    """A bar of the waterfall with its words."""

    bar: Any
    title: str
    level: str

    @property
    def bits(self) -> str:
        return f"{self.bar.bits:+.1f}"


@dataclass(frozen=True, slots=True)
class PairPage:
    pair: LinkagePair
    drawn: Waterfall
    steps: list[Step]
    percent: float
    waits: bool
    has_judged: bool
    may_settle: bool
    waiting: int
    """How many others wait for this person."""
    lines: list[Line]
    evidence: tuple[str, ...] = ()
    refusal: str = ""
    words: str = ""


def rows_of(runs: Sequence[LinkageRun]) -> list[RunRow]:
    """Return the runs with the titles of the registers that they link."""
    codes = {code for run in runs for code in (run.left_resource, run.right_resource)}
    found = {code: catalogue.resource(code) for code in sorted(codes)}
    titles = {code: entry.title if entry else code for code, entry in found.items()}
    return [RunRow(run, titles[run.left_resource], titles[run.right_resource]) for run in runs]


def live_page(actor: Actor, run: LinkageRun) -> LivePage:
    steps = list(LinkageStep)
    at = LinkageStep(run.step) if run.step else None
    return LivePage(
        run=run,
        is_open=run.state in (LinkageRunState.QUEUED, LinkageRunState.RUNNING),
        may_cancel=any(move.name == "cancel" for move in RUN.allowed(run.state, parts_in(actor, run.organisation))),
        step=str(at.label) if at else "",
        place=steps.index(at) + 1 if at else 0,
    )


def run_page(actor: Actor, run: LinkageRun, pairs: Page[LinkagePair], chosen: str, *, link: str) -> RunPage:
    counts, titled = states_of(run), rows_of([run])[0]
    may_judge = run.state == LinkageRunState.DONE and bool(parts_in(actor, run.organisation))
    return RunPage(
        run=run,
        live=live_page(actor, run),
        left=titled.left,
        right=titled.right,
        compared=_compared(run),
        shares=_shares(run) if run.left_rows else [],
        moving=_moving(run, link),
        states=[(state, str(PairState(state).label), n) for state, n in counts.items()],
        chosen=chosen,
        pairs=pairs,
        may_judge=may_judge,
        may_start=actor.has(Role.STEWARD, run.organisation),
        waiting=waiting_for(actor, run).count() if may_judge else 0,
    )


def persons_page(run: LinkageRun, *, page: str | None) -> PersonsPage:
    titled, found = rows_of([run])[0], clusters_of(run)
    judged = run.pairs.filter(state=PairState.SAME).values_list("left_line", flat=True)
    by_people: set[Record] = {("left", line) for line in judged}
    sizes = Counter(map(len, found))
    worth = [_cluster(one, by_people) for one in found if len(one) > 2 or by_people & set(one)]
    return PersonsPage(
        run, titled.left, titled.right, len(found), sorted(sizes.items()), Paginator(worth, 50).get_page(page)
    )


def _cluster(records: Sequence[Record], by_people: set[Record]) -> Cluster:
    left, right = ([line for side, line in records if side == name] for name in ("left", "right"))
    return Cluster(left, right, bool(by_people & set(records)))


def _compared(run: LinkageRun) -> list[Compared]:
    told = {side: _field_titles(code) for side, code in (("left", run.left_resource), ("right", run.right_resource))}

    def titled(side: str, role: str) -> str:
        field = str(run.roles.get(side, {}).get(role, ""))
        return told[side].get(field, field)

    rows = [Compared(str(title), titled("left", role), titled("right", role)) for role, title in TITLES.items()]
    return [one for one in rows if one.left or one.right]


def _field_titles(resource: str) -> dict[str, str]:
    return {one.field: one.title for one in exchange.stored_columns(resource) or ()}


def _moving(run: LinkageRun, link: str) -> Moving | None:
    """Return thresholds with their effects; None for a run that has none (or of before there were effects)."""
    points = {one[0]: Point(*one) for one in run.curve}
    rows = [Threshold(points[one[0]], Effect(*one)) for one in run.effects if one[0] in points]
    if not rows:
        return None
    try:
        asked = float(link) if link else run.link_bits
    except ValueError:
        asked = run.link_bits
    now, moved = _nearest(rows, run.link_bits), _nearest(rows, asked)
    drawn = curve([one.point for one in rows], run.link_bits, moved.point.bits)
    return Moving(drawn, now, moved, rows)


def _nearest(rows: Sequence[Threshold], bits: float) -> Threshold:
    return min(rows, key=lambda one: abs(one.point.bits - bits))


def pair_page(
    actor: Actor, pair: LinkagePair, opened: OpenedPair | None, refusal: str = "", words: str = ""
) -> PairPage:
    model = read_model(pair.run.weights)
    drawn = waterfall(explain(pair.levels, model), [(pair.run.link_bits, "LINK")])
    verdicts = list(pair.verdicts.all())
    return PairPage(
        pair=pair,
        drawn=drawn,
        steps=_steps(drawn, model),
        percent=100 / (1 + 2**-pair.bits),
        waits=pair.state in WAITING and pair.run.state == LinkageRunState.DONE,
        has_judged=any(one.by == actor.user_id for one in verdicts),
        may_settle=pair.state != PairState.DISPUTED or actor.has(Role.APPROVER, pair.run.organisation),
        waiting=waiting_for(actor, pair.run).exclude(pk=pair.pk).count(),
        lines=_lines(opened) if opened else [],
        evidence=opened.evidence if opened else (),
        refusal=refusal,
        words=words,
    )


def _steps(drawn: Waterfall, model: LinkageModel) -> list[Step]:
    words = {"BEFORE": _("比较之前"), "SUM": _("合计")}
    steps = []
    for bar in drawn.bars:
        if bar.step is None:
            steps.append(Step(bar, words[bar.kind], ""))
            continue
        level = str(LEVELS[bar.step.comparison, bar.step.level]) if bar.step.level else _("有一方为空，不作判断")
        rare = _("（少见）") if bar.step.rare > 1 else _("（常见）") if bar.step.rare < -1 else ""
        steps.append(Step(bar, str(COMPARISONS[bar.step.comparison]), level + rare))
    return steps


def _lines(opened: OpenedPair) -> list[Line]:
    roles = [role for role in TITLES if role in opened.left or role in opened.right]
    return [Line(str(TITLES[role]), opened.left.get(role) or "", opened.right.get(role) or "") for role in roles]


def _shares(run: LinkageRun) -> list[Share]:
    alone = run.left_rows - run.linked - run.in_review
    parts = (
        (_("已关联"), "link", run.linked),
        (_("待人核对"), "checkup-list", run.in_review),
        (_("没有找到"), "user-question", alone),
    )
    return [Share(title, icon, rows, 100 * rows / run.left_rows) for title, icon, rows in parts]
