"""What an item is: one TOML file per item in `items/`, checked when read, stored whole, pinned by every case.

An item changes by a new version, never by an edit: what a case promised is what its version said.
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path

import msgspec
from django.utils.translation import get_language

FOLDER = Path(__file__).parent / "items"
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PREFIX = re.compile(r"[A-Z]{2,6}")


class DefinitionError(ValueError):
    """An item's file can't be used; the message names the file and says what to change."""


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One part of a definition; an unknown key in the file is an error, not a surprise."""


class Text(Part, frozen=True):
    """A text in both languages; as a string it is the one that the reader uses."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh


class Proof(StrEnum):
    """How a paper is proven: the data answers, the person shows it, or the person hands it in."""

    VERIFY = "VERIFY"
    SHOW = "SHOW"
    HAND_IN = "HAND_IN"


class Verify(Part, frozen=True):
    """The one question that stands in for a paper. `source` is the department that answers, `resource` its register."""

    service: str
    claim: str
    purpose: str
    resource: str
    source: str
    asks: Text
    why: Text
    yes: Text
    no: Text


class Paper(Part, frozen=True):
    """One thing an applicant would have to bring. `saves_papers` counts what a proven answer spares."""

    slug: str
    proof: Proof
    name: Text
    note: Text
    saves_papers: int = 0
    verify: Verify | None = None


class Basis(Part, frozen=True):
    """A law, its clause, and what it says in one sentence."""

    law: Text
    clause: Text
    says: Text


class Amount(Part, frozen=True):
    """The bounds of what may be asked for, in yuan."""

    min_yuan: Decimal
    max_yuan: Decimal
    label: Text
    note: Text


class Visits(Part, frozen=True):
    """Visits to an office: before data was shared, and now by channel."""

    before: int
    window: int
    phone: int
    told: Text

    def saved(self, channel: str) -> int:
        return self.before - (self.phone if channel == "PHONE" else self.window)


class Step(Part, frozen=True):
    """One step of the way, who takes it and what happens."""

    name: Text
    who: Text
    says: Text


class Faq(Part, frozen=True):
    """A question people ask, and its answer."""

    q: Text
    a: Text


class ItemDefinition(Part, frozen=True):
    """An item of government service (政务服务事项) as its implementation list tells it; times in working days."""

    slug: str
    version: int
    code: str
    case_prefix: str
    kind: str
    authority: str
    in_force_from: date
    keywords: tuple[str, ...]
    statutory_days: int
    promised_days: int
    hotline: str
    name: Text
    summary: Text
    objects: Text
    fee: Text
    result: Text
    place: Text
    legal_basis: tuple[Basis, ...]
    conditions: tuple[Text, ...]
    papers: tuple[Paper, ...]
    amount: Amount
    visits: Visits
    steps: tuple[Step, ...]
    faq: tuple[Faq, ...]

    def __post_init__(self) -> None:
        for complaint in _complaints(self):
            raise ValueError(complaint)

    @property
    def questions(self) -> tuple[tuple[Paper, Verify], ...]:
        """The papers that data proves, each with its question."""
        return tuple((paper, paper.verify) for paper in self.papers if paper.verify)

    def paper(self, slug: str) -> Paper:
        """Raises: KeyError."""
        for paper in self.papers:
            if paper.slug == slug:
                return paper
        raise KeyError(slug)

    def question(self, slug: str) -> Verify:
        """Raises: KeyError if the item has no such paper or data doesn't prove it."""
        verify = self.paper(slug).verify
        if verify is None:
            raise KeyError(slug)
        return verify

    def trips_saved(self, channel: str) -> int:
        """How many visits a case is spared that data proved whole."""
        return self.visits.saved(channel)


def _complaints(item: ItemDefinition) -> Iterator[str]:
    slugs = [paper.slug for paper in item.papers]
    if not (_SLUG.fullmatch(item.slug) and _PREFIX.fullmatch(item.case_prefix) and item.version >= 1):
        yield "slug, case_prefix or version is malformed"
    if not 0 <= item.promised_days <= item.statutory_days:
        yield "the promised time is longer than the law allows"
    if len(set(slugs)) != len(slugs):
        yield "two papers share a slug"
    if any((paper.proof is Proof.VERIFY) != (paper.verify is not None) for paper in item.papers):
        yield "a paper proven by VERIFY needs [papers.verify], and no other may have it"
    if min(item.visits.saved("WINDOW"), item.visits.saved("PHONE"), item.visits.phone, item.visits.window) < 0:
        yield "visits can't be negative or more than before"
    if any(paper.saves_papers not in (0, 1) for paper in item.papers):
        yield "one answer spares one paper at most, or savings couldn't be proven paper by paper"
    if not 0 < item.amount.min_yuan <= item.amount.max_yuan:
        yield "the amount's bounds are crossed"


def parse(text: str) -> ItemDefinition:
    """Read one file's text. Raises: DefinitionError."""
    try:
        return msgspec.convert(tomllib.loads(text), ItemDefinition, strict=False)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
        raise DefinitionError(str(wrong)) from wrong


def from_json(content: object) -> ItemDefinition:
    """Read what `to_json` gave and the database kept."""
    return msgspec.convert(content, ItemDefinition, strict=False)


def to_json(item: ItemDefinition) -> object:
    """Return what a JSON column can keep; dates and amounts become text."""
    return msgspec.to_builtins(item)


@cache
def shipped() -> tuple[ItemDefinition, ...]:
    """Return the definitions that came with this release. Raises: DefinitionError naming the file."""
    found = []
    for file in sorted(FOLDER.glob("*.toml")):
        try:
            item = parse(file.read_text(encoding="utf-8"))
        except DefinitionError as wrong:
            raise DefinitionError(f"{file.name}: {wrong}") from wrong
        if item.slug != file.stem:
            raise DefinitionError(f"{file.name}: the file must bear the item's slug, {item.slug}")
        found.append(item)
    return tuple(found)
