"""The long part of a linkage, in a thread of its own: registers in memory, no Django. Whoever waits can stop it."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from haihe.data.matching.linkage import scoring, splinking, training
from haihe.data.matching.linkage.addresses import Gazetteer
from haihe.data.matching.linkage.deciding import Thresholds, decide
from haihe.data.matching.linkage.model import LinkageModel, untrained
from haihe.data.matching.linkage.preparing import prepare
from haihe.data.matching.review.workflow import LinkageStep

_FEWEST_TO_LEARN: Final = 1_000
_LOOK_EVERY_S: Final = 0.5


class LinkageCancelled(Exception):
    """The run was told to stop."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What came of two registers; without `is_learnt` the weights are those assumed at first."""

    model: LinkageModel
    is_learnt: bool
    decided: pa.Table


class Weighing:
    """Both registers in clear, by side, from clean rows to decisions; what doesn't fit in memory lies in the folder."""

    def __init__(self, raw: Mapping[str, pa.Table], gazetteer: Gazetteer, thresholds: Thresholds, folder: Path) -> None:
        self._raw, self._gazetteer, self._thresholds, self._folder = raw, gazetteer, thresholds, folder
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._step = LinkageStep.CLEAN
        self._stopped = threading.Event()
        self._made: Weighed | None = None
        self._failure: Exception | None = None

    def run(self, *, goes_on: Callable[[LinkageStep], bool]) -> Weighed:
        """Do it. `goes_on` hears twice a second what it is at, on the caller's thread, and says whether to go on.

        Raises: LinkageCancelled.
        """
        worker = threading.Thread(target=self._work, name="linkage", daemon=True)
        worker.start()
        while worker.is_alive():
            worker.join(_LOOK_EVERY_S)
            if not self._stopped.is_set() and not goes_on(self._step):
                self._stopped.set()
            if self._stopped.is_set() and self._connection is not None:
                self._connection.interrupt()
        if self._stopped.is_set():
            raise LinkageCancelled
        if self._failure is not None:
            raise self._failure
        if self._made is None:
            raise RuntimeError("the thread ended without a result")
        return self._made

    def _work(self) -> None:
        try:
            self._made = self._weighed()
        except Exception as failure:
            self._failure = failure

    def _weighed(self) -> Weighed:
        left, right = (self._at(LinkageStep.CLEAN, prepare, self._raw[s], self._gazetteer) for s in ("left", "right"))
        with splinking.opened(self._folder) as connection:
            self._connection = connection
            try:
                return self._with(connection, left, right)
            finally:
                self._connection = None

    def _with(self, connection: duckdb.DuckDBPyConnection, left: pa.Table, right: pa.Table) -> Weighed:
        self._at(LinkageStep.LEARN, splinking.load, connection, left, right)
        model, is_learnt = self._at(LinkageStep.LEARN, _learnt, connection, left.num_rows, right.num_rows)
        pairs = self._at(LinkageStep.WEIGH, scoring.score_loaded, connection, model)
        return Weighed(model, is_learnt, self._at(LinkageStep.DECIDE, decide, pairs, self._thresholds))

    def _at[**P, Made](self, step: LinkageStep, do: Callable[P, Made], *args: P.args, **kwargs: P.kwargs) -> Made:
        if self._stopped.is_set():
            raise LinkageCancelled
        self._step = step
        return do(*args, **kwargs)


def _learnt(connection: duckdb.DuckDBPyConnection, left: int, right: int) -> tuple[LinkageModel, bool]:
    """Learn from the registers; of too few records nothing is learnt."""
    if min(left, right) >= _FEWEST_TO_LEARN:
        try:
            return training.train_loaded(connection), True
        except training.NothingToLearn:
            pass
    return untrained(1 / max(left, right, 2)), False
