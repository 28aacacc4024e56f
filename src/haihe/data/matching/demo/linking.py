"""Two made-up registers linked from raw rows to decisions, and how right that was."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from haihe.city import api as city
from haihe.data.matching.linkage import scoring, splinking, training
from haihe.data.matching.linkage.accuracy import measured
from haihe.data.matching.linkage.addresses import Gazetteer
from haihe.data.matching.linkage.deciding import Decision, Thresholds, decide
from haihe.data.matching.linkage.made_up import MadeUp, make_registers
from haihe.data.matching.linkage.preparing import prepare

SEED: Final = 20261126


@dataclass(slots=True)
class Measured:
    """`seconds` of each step; precision and recall of what is linked at the usual thresholds, nobody having looked."""

    pairs: int = 0
    linked: int = 0
    in_review: int = 0
    precision: float = 0.0
    recall: float = 0.0
    f1: float = 0.0
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        started = perf_counter()
        yield
        self.seconds[step] = round(perf_counter() - started, 2)


def make(left: int, right: int, both: int) -> MadeUp:
    """Return two registers with their truth, the same at each call."""
    return make_registers(left, right, both, _divisions(), seed=SEED)


def link(made: MadeUp, folder: Path) -> Measured:
    """Link the registers, and hold what is found against the truth."""
    told = Measured()
    decided = _decided(made, folder, told)
    links = _linked(decided)
    at = measured(links, made.truth, [scoring.LOWEST_BITS])[0]
    told.pairs, told.linked = decided.num_rows, links.num_rows
    told.in_review = int(pc.sum(pc.equal(decided["decision"], Decision.REVIEW.value)).as_py() or 0)
    told.precision, told.recall, told.f1 = round(at.precision, 4), round(at.recall, 4), round(at.f1, 4)
    return told


def links(made: MadeUp, folder: Path) -> pa.Table:
    """Return what is linked, by `left` and `right`."""
    return _linked(_decided(made, folder, Measured()))


def _linked(decided: pa.Table) -> pa.Table:
    return decided.filter(pc.equal(decided["decision"], Decision.LINK.value))


def _decided(made: MadeUp, folder: Path, told: Measured) -> pa.Table:
    """Clean, learn, weigh, decide."""
    with told.timed("prepare"):
        gazetteer = Gazetteer.of(_divisions())
        left, right = prepare(made.left, gazetteer), prepare(made.right, gazetteer)
    with splinking.opened(folder) as connection:
        with told.timed("train"):
            splinking.load(connection, left, right)
            model = training.train_loaded(connection)
        with told.timed("score"):
            pairs = scoring.score_loaded(connection, model)
    with told.timed("decide"):
        return decide(pairs, Thresholds())


def _divisions() -> list[tuple[str, str]]:
    return [(place.code, place.name) for place in city.tianjin() if place.level >= 2]
