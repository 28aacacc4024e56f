"""Words that mean the same in a catalogue of public data: `synonyms.txt`, one group a line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Groups of words, each under its first. Where one word is part of another, the longer one counts."""

    group_of: dict[str, str]
    _pattern: re.Pattern[str]

    @classmethod
    def of(cls, groups: list[list[str]]) -> "Synonyms":
        """Raises: ValueError if a word stands in two groups: it would join them unseen."""
        group_of: dict[str, str] = {}
        for words in groups:
            for word in words:
                if word in group_of:
                    raise ValueError(f"{word} stands in two groups of synonyms")
                group_of[word] = words[0]
        longest_first = sorted(group_of, key=len, reverse=True)
        return cls(group_of, re.compile("|".join(map(re.escape, longest_first)) or r"(?!)"))

    def words_of(self, group: str) -> list[str]:
        return [word for word, other in self.group_of.items() if other == group]

    def found_in(self, text: str) -> Iterator[tuple[re.Match[str], str]]:
        """Yield each place of a word, with its group."""
        for match in self._pattern.finditer(text):
            yield match, self.group_of[match[0]]


@cache
def synonyms() -> Synonyms:
    text = resources.files("haihe.data.catalogue.search").joinpath("synonyms.txt").read_text(encoding="utf-8")
    return Synonyms.of([line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")])
