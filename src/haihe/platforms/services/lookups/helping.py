"""Help with the site itself: questions that people ask and where the answer leads. `help.toml`."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from haihe.platforms.services.items.texts import Part, Text
from haihe.platforms.services.lookups.errors import DefinitionError

_FILE: Final = Path(__file__).parent / "help.toml"


class Help(Part, frozen=True):
    """One question and its answer. `leads` names a page of ours, `action` what its link says."""

    slug: str
    q: Text
    a: Text
    keywords: tuple[str, ...] = ()
    leads: str = ""
    action: Text | None = None

    def __post_init__(self) -> None:
        if bool(self.leads) != (self.action is not None):
            raise ValueError("a page that it leads to goes with what the link says")


class _File(Part, frozen=True):
    questions: tuple[Help, ...]


@cache
def shipped() -> tuple[Help, ...]:
    """Return the questions in the order in which the page shows them. Raises: DefinitionError."""
    try:
        return msgspec.convert(tomllib.loads(_FILE.read_text(encoding="utf-8")), _File).questions
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
        raise DefinitionError(f"help.toml: {wrong}") from wrong
