"""Life events (一件事): which items one takes, in which order, and which papers once for all. Files in `bundles/`."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

import msgspec

from haihe.platforms.services.items import shelf
from haihe.platforms.services.items.definition import Faq, ItemDefinition, Paper
from haihe.platforms.services.items.errors import DefinitionError
from haihe.platforms.services.items.kinds import ObjectKind, Proof
from haihe.platforms.services.items.texts import Part, Text

FOLDER = shelf.ROOT / "bundles"
LEAST_OF_ONE: Final = 2
"""So many items at least, of which one is taken."""


class Taken(StrEnum):
    """How the items of a step come into the one form of a life event."""

    EACH = "EACH"
    """Asked one by one: yes or no."""
    ONE = "ONE"
    """One of them at most."""
    ALL = "ALL"
    """Always."""
    APART = "APART"
    """Not in the form: it is done at another time, or what it asks for isn't known yet."""


class BundleStep(Part, frozen=True):
    """Items that one takes next, side by side; `when` says for whom, where it isn't for all, `whens` so by item."""

    title: Text
    says: Text
    items: tuple[str, ...]
    when: Text | None = None
    whens: dict[str, Text] = msgspec.field(default_factory=dict)
    taken: Taken = Taken.EACH

    def __post_init__(self) -> None:
        if not set(self.whens) <= set(self.items):
            raise ValueError(f"whens of items that aren't in the step: {sorted(set(self.whens) - set(self.items))}")
        if self.taken is Taken.ONE and len(self.items) < LEAST_OF_ONE:
            raise ValueError("one of several wants several items")

    def when_of(self, item: str) -> Text | None:
        return self.whens.get(item, self.when)


class Given(Part, frozen=True):
    """A field of `item` that isn't asked where `by` is applied for too: the number of its case is the answer."""

    item: str
    field: str
    by: str


class Bundle(Part, frozen=True):
    """One guide through a life event."""

    slug: str
    icon: str
    order: int
    name: Text
    summary: Text
    steps: tuple[BundleStep, ...]
    objects: tuple[ObjectKind, ...] = (ObjectKind.PERSON,)
    faq: tuple[Faq, ...] = ()
    given: tuple[Given, ...] = ()

    def __post_init__(self) -> None:
        if not self.steps or not all(step.items for step in self.steps):
            raise ValueError("a bundle has steps, and each step has items")
        in_form = [slug for step in self.steps_in_form for slug in step.items]
        if len(in_form) != len(set(in_form)):
            raise ValueError("an item stands once in the form of a bundle")
        for one in self.given:
            if not {one.by, one.item} <= set(in_form) or in_form.index(one.by) >= in_form.index(one.item):
                raise ValueError(f"{one.by} comes before {one.item}, whose {one.field} it gives")

    @property
    def steps_in_form(self) -> tuple[BundleStep, ...]:
        return tuple(step for step in self.steps if step.taken is not Taken.APART)

    def gives(self, item: str) -> dict[str, str]:
        """Return by field whose case answers it."""
        return {one.field: one.by for one in self.given if one.item == item}

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(slug for step in self.steps for slug in step.items))

    @property
    def is_for_people(self) -> bool:
        return ObjectKind.PERSON in self.objects


@dataclass(frozen=True, slots=True)
class SharedPaper:
    """A paper of a bundle, once for all the items that want it."""

    paper: Paper
    items: tuple[ItemDefinition, ...]


_HARDEST_FIRST = (
    Proof.HAND_IN,
    Proof.SHOW,
    Proof.DECLARE,
    Proof.ASK_DEPARTMENT,
    Proof.CERTIFICATE,
    Proof.VERIFY,
)


@cache
def bundles() -> tuple[Bundle, ...]:
    """Return the bundles in the order in which pages show them. Raises: DefinitionError naming the file."""
    found = []
    for file in sorted(FOLDER.glob("*.toml")):
        try:
            bundle = msgspec.convert(shelf.table(file), Bundle)
        except msgspec.ValidationError as wrong:
            raise DefinitionError(f"bundles/{file.name}: {wrong}") from wrong
        if bundle.slug != file.stem:
            raise DefinitionError(f"bundles/{file.name}: the file must be called {bundle.slug}.toml")
        found.append(bundle)
    return tuple(sorted(found, key=lambda one: one.order))


def bundle(slug: str) -> Bundle | None:
    return next((one for one in bundles() if one.slug == slug), None)


def bundles_with(item: str) -> tuple[Bundle, ...]:
    """Return the bundles that lead over this item."""
    return tuple(one for one in bundles() if item in one.items)


def papers_once(items: Iterable[ItemDefinition]) -> tuple[SharedPaper, ...]:
    """Gather the papers of several items, hardest first; a paper that one of them asks for is not spared."""
    wanted: dict[str, list[tuple[Paper, ItemDefinition]]] = {}
    for item in items:
        for paper in item.papers:
            wanted.setdefault(paper.slug, []).append((paper, item))
    rows = [_once(pairs) for pairs in wanted.values()]
    return tuple(sorted(rows, key=lambda row: (_HARDEST_FIRST.index(row.paper.proof), -len(row.items))))


def _once(pairs: list[tuple[Paper, ItemDefinition]]) -> SharedPaper:
    hardest = min((paper for paper, _item in pairs), key=lambda paper: _HARDEST_FIRST.index(paper.proof))
    return SharedPaper(hardest, tuple(item for _paper, item in pairs))
