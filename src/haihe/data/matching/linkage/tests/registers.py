"""Small made-up registers, prepared, with the model learnt from them; made once for all tests."""

import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa

from haihe.city.places import tianjin
from haihe.data.matching.linkage.addresses import Gazetteer
from haihe.data.matching.linkage.made_up import MadeUp, make_registers
from haihe.data.matching.linkage.model import LinkageModel
from haihe.data.matching.linkage.preparing import prepare
from haihe.data.matching.linkage.scoring import score
from haihe.data.matching.linkage.training import train

LEFT, RIGHT, BOTH = 3000, 6000, 1800


@dataclass(frozen=True, slots=True)
class Linked:
    """`pairs` as weighed."""

    made: MadeUp
    left: pa.Table
    right: pa.Table
    model: LinkageModel
    pairs: pa.Table


@cache
def linked() -> Linked:
    divisions = [(place.code, place.name) for place in tianjin() if place.level >= 2]
    made = make_registers(LEFT, RIGHT, BOTH, divisions, seed=11)
    gazetteer = Gazetteer.of(divisions)
    left, right = prepare(made.left, gazetteer), prepare(made.right, gazetteer)
    with tempfile.TemporaryDirectory() as folder:
        model = train(left, right, Path(folder))
        return Linked(made, left, right, model, score(left, right, model, Path(folder)))
