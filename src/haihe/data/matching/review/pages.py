"""What the pages of linkage show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role
from haihe.data.catalogue import api as catalogue
from haihe.data.matching.linkage.accuracy import Point
from haihe.data.matching.linkage.drawing import Curve, Waterfall, curve, waterfall
from haihe.data.matching.linkage.explaining import explain
from haihe.data.matching.linkage.model import LinkageModel, read_model
from haihe.data.matching.offers import OWN_PURPOSE, Offer, offers_for, purposes_for
from haihe.data.matching.review.models import LinkagePair, LinkageRun
from haihe.data.matching.review.operations.judging import OpenedPair
from haihe.data.matching.review.queries import states_of
from haihe.data.matching.review.roles import TITLES, can_be_linked
from haihe.data.matching.review.wording import COMPARISONS, LEVELS
from haihe.data.matching.review.workflow import WAITING, LinkageRunState, PairState


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
class StartPage:
    """The form for a new one: registers that can be linked for the purpose chosen."""

    organisations: Sequence[str]
    organisation: str
    purposes: Sequence[str]
    purpose: str
    offers: Sequence[Offer]
    legal_basis: str = ""
    left: str = ""
    right: str = ""
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """One part of the first register's rows: linked, left to people, or alone; `percent` of all."""

    title: str
    kind: str
    rows: int
    percent: float


@dataclass(frozen=True, slots=True)
class RunPage:
    run: LinkageRun
    left: str
    right: str
    shares: list[Share]
    curve: Curve | None
    states: list[tuple[str, str, int]]
    chosen: str
    pairs: Page[LinkagePair]
    may_judge: bool
    is_open: bool


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


def start_page(actor: Actor, *, organisation: str, purpose: str, now: datetime, **filled: str) -> StartPage:
    organisations = sorted(actor.organisations(Role.STEWARD))
    organisation = organisation if organisation in organisations else organisations[0]
    purposes = [OWN_PURPOSE, *purposes_for(organisation, now=now)]
    purpose = purpose if purpose in purposes else purposes[-1]
    offers = [one for one in offers_for(organisation, purpose, now=now) if can_be_linked(one)]
    return StartPage(organisations, organisation, purposes, purpose, offers, **filled)


def run_page(actor: Actor, run: LinkageRun, pairs: Page[LinkagePair], chosen: str) -> RunPage:
    counts, titled = states_of(run), rows_of([run])[0]
    return RunPage(
        run=run,
        left=titled.left,
        right=titled.right,
        shares=_shares(run) if run.left_rows else [],
        curve=curve([Point(*one) for one in run.curve], run.link_bits) if run.curve else None,
        states=[(state, str(PairState(state).label), n) for state, n in counts.items()],
        chosen=chosen,
        pairs=pairs,
        may_judge=run.state == LinkageRunState.DONE
        and bool(actor.organisations(Role.STEWARD, Role.APPROVER) & {run.organisation}),
        is_open=run.state in (LinkageRunState.QUEUED, LinkageRunState.RUNNING),
    )


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
        (_("已关联"), "linked", run.linked),
        (_("待人核对"), "review", run.in_review),
        (_("没有找到"), "alone", alone),
    )
    return [Share(title, kind, rows, round(100 * rows / run.left_rows, 1)) for title, kind, rows in parts]
