"""A trained model: how much each level says for or against, as numbers in a file that people can read and compare."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import log2
from typing import Any, Final

import msgspec

from haihe.data.matching.linkage.comparisons import COMPARISONS, Comparison, Level

VERSION: Final = 1
_LEAST: Final = 1e-12


class ModelUnfit(ValueError):
    """The file isn't a model of these comparisons."""


@dataclass(frozen=True, slots=True)
class Weight:
    """How often a level is seen among pairs of one person (`m`) and of two (`u`)."""

    m: float
    u: float

    @property
    def bits(self) -> float:
        """What it says for one person, in doublings of the odds; negative where it speaks against."""
        return log2(max(self.m, _LEAST) / max(self.u, _LEAST))


@dataclass(frozen=True, slots=True)
class LinkageModel:
    """`prior` is the share of pairs of one person among all pairs of the two registers it was trained on."""

    prior: float
    weights: Mapping[str, Mapping[str, Weight]]
    version: int = VERSION

    @property
    def prior_bits(self) -> float:
        return log2(self.prior / (1 - self.prior))

    def of(self, comparison: Comparison, level: Level) -> Weight:
        return self.weights[comparison.name][level.code]


def untrained(prior: float = 1e-6) -> LinkageModel:
    """Return what is assumed before anything is learnt."""
    return LinkageModel(prior, {c.name: {one.code: Weight(one.m, one.u) for one in c.levels} for c in COMPARISONS})


def write_model(model: LinkageModel) -> str:
    """Return the model as JSON, four digits of each number, a line for each level."""
    told = {
        "version": model.version,
        "prior": _rounded(model.prior),
        "weights": {
            comparison: {code: {"m": _rounded(one.m), "u": _rounded(one.u)} for code, one in levels.items()}
            for comparison, levels in model.weights.items()
        },
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=1).decode()


def read_model(text: str) -> LinkageModel:
    """Return the model of a text. Raises: ModelUnfit."""
    try:
        told: dict[str, Any] = msgspec.json.decode(text, type=dict[str, Any])
        weights = {
            c.name: {one.code: _weight(told["weights"][c.name][one.code]) for one in c.levels} for c in COMPARISONS
        }
        prior = float(told["prior"])
        fits = told["version"] == VERSION and 0 < prior < 1
    except (msgspec.DecodeError, LookupError, TypeError, ValueError) as error:
        raise ModelUnfit(str(error)) from None
    if not fits:
        raise ModelUnfit(f"version {told['version']}, prior {prior}")
    return LinkageModel(prior, weights)


def levels() -> Iterator[tuple[Comparison, Level]]:
    """Return each level of each comparison."""
    return ((comparison, level) for comparison in COMPARISONS for level in comparison.levels)


def _weight(told: Mapping[str, float]) -> Weight:
    found = Weight(float(told["m"]), float(told["u"]))
    if not (0 <= found.m <= 1 and 0 <= found.u <= 1):
        raise ValueError(found)
    return found


def _rounded(number: float) -> float:
    return float(f"{number:.4g}")
