"""By what a register shows that somebody may act for another; the rules are data, in `relations.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from haihe.platforms.services.forms.parts import Part

FILE: Final = Path(__file__).parent / "relations.toml"


class Rule(Part, frozen=True):
    """`number`: the item that has to be the other's number. Or: both are asked about, `same` has to be the same of
    both, and what else is told of each has to be one of the words listed.
    """

    resource: str
    number: str = ""
    same: str = ""
    acts: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    for_whom: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(sorted({*filter(None, (self.number, self.same)), *self.acts, *self.for_whom}))

    def holds(self, acts: Mapping[str, Any], for_whom: Mapping[str, Any]) -> bool:
        """True if what the register says of the two is what it takes."""
        is_same = acts.get(self.same) is not None and acts.get(self.same) == for_whom.get(self.same)
        return is_same and _fits(self.acts, acts) and _fits(self.for_whom, for_whom)


def _fits(asked: Mapping[str, tuple[str, ...]], said: Mapping[str, Any]) -> bool:
    return all(said.get(item) in words for item, words in asked.items())


@cache
def rules() -> Mapping[str, Rule]:
    """Return the rules by relation. Raises: msgspec.ValidationError if the file says something else."""
    return msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8")), dict[str, Rule])
