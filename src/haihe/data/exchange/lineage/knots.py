"""The graph: knots in stages, and what leads to what. Pure, so that drawing and telling need no database."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type Text = str | Promise


class Stage(StrEnum):
    """Where on its way the data is, in this order."""

    SOURCE = "SOURCE"
    NODE = "NODE"
    FILE = "FILE"
    RULES = "RULES"
    SNAPSHOT = "SNAPSHOT"
    INDEX = "INDEX"
    SERVICE = "SERVICE"
    GRANT = "GRANT"
    USE = "USE"


LABELS: dict[Stage, Text] = {
    Stage.SOURCE: _("来源"),
    Stage.NODE: _("前置机"),
    Stage.FILE: _("收到的文件"),
    Stage.RULES: _("规则和列对应"),
    Stage.SNAPSHOT: _("快照"),
    Stage.INDEX: _("核验索引"),
    Stage.SERVICE: _("共享服务"),
    Stage.GRANT: _("授权"),
    Stage.USE: _("交付和比对"),
}
BROKEN = ("danger", "warning")


@dataclass(frozen=True, slots=True)
class Knot:
    """One thing on the way. `word` says how it stands, `tone` says the same as a colour; `href` where one may look."""

    key: str
    stage: Stage
    title: Text
    word: Text
    tone: str
    detail: Text = ""
    href: str = ""

    @property
    def is_broken(self) -> bool:
        return self.tone in BROKEN


@dataclass(slots=True)
class Graph:
    """Knots, edges from key to key, and how many of each stage aren't shown to this actor."""

    knots: list[Knot] = field(default_factory=list)
    edges: list[tuple[str, str]] = field(default_factory=list)
    hidden: dict[Stage, int] = field(default_factory=dict)

    def add(self, knot: Knot, *after: str) -> str:
        """Add a knot, after those it comes from; return its key."""
        self.knots.append(knot)
        self.edges += [(before, knot.key) for before in after]
        return knot.key

    def hide(self, stage: Stage, number: int = 1) -> None:
        if number:
            self.hidden[stage] = self.hidden.get(stage, 0) + number

    def of(self, *stages: Stage) -> list[Knot]:
        return [knot for knot in self.knots if knot.stage in stages]

    def before(self, key: str) -> list[Knot]:
        """Return what leads straight to a knot."""
        sources = {before for before, after in self.edges if after == key}
        return [knot for knot in self.knots if knot.key in sources]

    def touched_by(self, keys: Iterable[str], stage: Stage) -> list[Knot]:
        """Return the knots of a stage that any of these lead to, over however many others."""
        reached, open_ = set(keys), list(keys)
        while open_:
            key = open_.pop()
            further = {after for before, after in self.edges if before == key} - reached
            reached |= further
            open_ += further
        return [knot for knot in self.of(stage) if knot.key in reached]
