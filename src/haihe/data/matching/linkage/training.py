"""Learning the weights: `u` counted or sampled among pairs of two persons, `m` by expectation and maximisation.

Nobody says which pairs are right. What is learnt from two registers can be kept and used on the next two like them.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
from splink import Linker
from splink.internals.exceptions import EMTrainingException

from haihe.data.matching.linkage.comparisons import COMPARISONS, SURE, SURE_RECALL, TRAINING
from haihe.data.matching.linkage.model import LinkageModel, Weight, untrained
from haihe.data.matching.linkage.splinking import LEFT, RIGHT, linker, load, opened, rules

SAMPLED_PAIRS: Final = 5e5
TRAINED_PAIRS: Final = 3e5
_SEED: Final = 20191111
_LEAST_PRIOR, _LEAST_M, _LEAST_U = 1e-12, 1e-4, 1e-8


class NothingToLearn(ValueError):
    """Too few records agree in anything for weights to be learnt."""


def train(left: pa.Table, right: pa.Table, folder: Path) -> LinkageModel:
    """Return the weights for two prepared registers. Raises: NothingToLearn."""
    with opened(folder) as connection:
        load(connection, left, right)
        return train_loaded(connection)


def train_loaded(connection: duckdb.DuckDBPyConnection) -> LinkageModel:
    """As `train`, where the registers are loaded. Raises: NothingToLearn."""
    started = replace(untrained(), weights=_counted(connection, untrained().weights))
    learner = linker(connection, started)
    try:
        learner.training.estimate_probability_two_random_records_match(rules(SURE), recall=SURE_RECALL)
    except ValueError as error:
        raise NothingToLearn(str(error)) from None
    learner.training.estimate_u_using_random_sampling(max_pairs=SAMPLED_PAIRS, seed=_SEED, num_chunks=1)
    if not sum(_learn_by(learner, rule) for rule in rules(TRAINING)):
        raise NothingToLearn("no two records agree in a line of TRAINING")
    return _learnt(learner.misc.save_model_to_json(), started)


def _learn_by(learner: Linker, rule: Any) -> bool:
    """Learn from the pairs of one rule; False where there are none, as where a register has no telephone numbers."""
    try:
        learner.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True, max_pairs=TRAINED_PAIRS
        )
    except EMTrainingException:
        return False
    return True


type _Weights = Mapping[str, Mapping[str, Weight]]
_MEETINGS: Final = """
    WITH l AS (SELECT {value} AS value, count(*) AS n FROM {left} GROUP BY 1),
        r AS (SELECT {value} AS value, count(*) AS n FROM {right} GROUP BY 1)
    SELECT (SELECT sum(l.n::DOUBLE * r.n) FROM l JOIN r USING (value))
        / (SELECT sum(n)::DOUBLE FROM l WHERE value IS NOT NULL) / (SELECT sum(n) FROM r WHERE value IS NOT NULL)
"""


def _counted(connection: duckdb.DuckDBPyConnection, weights: _Weights) -> dict[str, dict[str, Weight]]:
    """Return the weights with `u` of each rare equality as it is: how often a value meets itself on the other side.

    A sample would hardly ever see two persons with one telephone number. Pairs of one person are counted too, so that
    it says rather too little than too much.
    """
    counted = {name: dict(of_one) for name, of_one in weights.items()}
    for comparison in COMPARISONS:
        before = 0.0
        for level in filter(lambda one: one.exact, comparison.levels):
            query = _MEETINGS.format(value=level.exact, left=LEFT, right=RIGHT)
            found = connection.execute(query).fetchall()[0][0] or 0.0
            u = _between(found - before, _LEAST_U)
            counted[comparison.name][level.code] = replace(weights[comparison.name][level.code], u=u)
            before = max(before, found)
    return counted


def _learnt(settings: Mapping[str, Any], started: LinkageModel) -> LinkageModel:
    """Return the numbers out of Splink's settings; a level that was never seen keeps what it started with."""
    weights: dict[str, dict[str, Weight]] = {}
    for comparison, told in zip(COMPARISONS, settings["comparisons"], strict=True):
        by_code = {one["label_for_charts"]: one for one in told["comparison_levels"]}
        of_one = {}
        for level in comparison.levels:
            found, before = by_code[level.code], started.of(comparison, level)
            m, u = found.get("m_probability"), found.get("u_probability")
            of_one[level.code] = Weight(
                _between(before.m if m is None else m, _LEAST_M), _between(before.u if u is None else u, _LEAST_U)
            )
        weights[comparison.name] = of_one
    return LinkageModel(_between(settings["probability_two_random_records_match"], _LEAST_PRIOR), weights)


def _between(share: float, least: float) -> float:
    return min(max(share, least), 1 - least)
