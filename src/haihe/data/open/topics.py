"""The topics under which datasets stand, read from `topics.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from haihe.data.open.wording import in_english

_FILE = Path(__file__).with_name("topics.toml")


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic with its names and its icon."""

    slug: str
    zh: str
    en: str
    icon: str

    @property
    def name(self) -> str:
        return self.en if in_english() else self.zh


@cache
def topics() -> MappingProxyType[str, Topic]:
    """Return all topics by slug, in the order of the front page."""
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return MappingProxyType({slug: Topic(slug, one["zh"], one["en"], one["icon"]) for slug, one in told.items()})
