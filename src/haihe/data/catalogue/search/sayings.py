"""What people say for what a register calls otherwise: a file of lines `said, said > meant, meant`.

Unlike synonyms they go one way and are asked for, not written into entries: a change needs no new index.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sayings:
    """By what is said, what may be meant. Where one saying is part of another, the longer one counts."""

    meant: Mapping[str, tuple[str, ...]]
    _pattern: re.Pattern[str]

    @classmethod
    def of(cls, text: str) -> "Sayings":
        """Read the lines of a file, `#` begins a remark. Raises: ValueError naming the line."""
        meant: dict[str, tuple[str, ...]] = {}
        for line in filter(None, (line.partition("#")[0].strip() for line in text.splitlines())):
            said, _, means = (_words(part) for part in line.partition(">"))
            if not (said and means):
                raise ValueError(f"not a saying: {line}")
            if twice := meant.keys() & set(said):
                raise ValueError(f"said twice: {', '.join(sorted(twice))}")
            meant |= dict.fromkeys(said, means)
        return cls(meant, re.compile("|".join(map(_alone, sorted(meant, key=len, reverse=True))) or r"(?!)"))

    @classmethod
    def read(cls, file: Path) -> "Sayings":
        return cls.of(file.read_text(encoding="utf-8"))

    def found_in(self, text: str) -> Iterator[tuple[re.Match[str], tuple[str, ...]]]:
        """Yield each place of a saying in a simple text, with what it may mean."""
        for match in self._pattern.finditer(text):
            yield match, self.meant[match[0]]


def _words(part: str) -> tuple[str, ...]:
    return tuple(word for word in (" ".join(word.split()).lower() for word in part.split(",")) if word)


def _alone(said: str) -> str:
    """Latin words stand alone; Chinese ones have no spaces around them."""
    return rf"(?<![a-z]){re.escape(said)}(?![a-z])" if said.isascii() else re.escape(said)


NOTHING_SAID = Sayings.of("")
