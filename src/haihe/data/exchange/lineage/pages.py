"""What the page of a lineage shows."""

from dataclasses import dataclass
from datetime import datetime

from haihe.base.accounts.api import Actor
from haihe.data.exchange.lineage.drawing import Picture, tall, wide
from haihe.data.exchange.lineage.focus import Focus
from haihe.data.exchange.lineage.knots import LABELS, Graph, Knot, Stage, Text
from haihe.data.exchange.lineage.origins import add_origins
from haihe.data.exchange.lineage.uses import add_uses


@dataclass(frozen=True, slots=True)
class Told:
    """One knot in words, with what it comes from."""

    knot: Knot
    sources: list[Knot]


@dataclass(frozen=True, slots=True)
class StageTold:
    label: Text
    knots: list[Told]
    hidden: int


@dataclass(frozen=True, slots=True)
class LineagePage:
    """`broken` are the parts that need somebody; `touched` the services that lie behind them."""

    focus: Focus
    wide: Picture
    tall: Picture
    stages: list[StageTold]
    broken: list[Knot]
    touched: list[Knot]

    @property
    def has_danger(self) -> bool:
        return any(knot.tone == "danger" for knot in self.broken)


def lineage_page(actor: Actor, focus: Focus, *, now: datetime) -> LineagePage:
    graph = lineage_of(actor, focus, now=now)
    broken = [knot for knot in graph.knots if knot.is_broken]
    told = [_told(graph, stage) for stage in Stage]
    stages = [one for one in told if one.knots or one.hidden]
    touched = graph.touched_by([knot.key for knot in broken], Stage.SERVICE)
    return LineagePage(focus, wide(graph), tall(graph), stages, broken, touched)


def _told(graph: Graph, stage: Stage) -> StageTold:
    knots = [Told(knot, graph.before(knot.key)) for knot in graph.of(stage)]
    return StageTold(LABELS[stage], knots, graph.hidden.get(stage, 0))


def lineage_of(actor: Actor, focus: Focus, *, now: datetime) -> Graph:
    """Return the whole graph as this actor may see it."""
    graph = Graph()
    add_uses(graph, actor, focus, add_origins(graph, actor, focus, now=now), now=now)
    return graph
