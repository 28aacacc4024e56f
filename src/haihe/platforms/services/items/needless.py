"""Papers that are asked for although data prove them: what one item verifies, no other may ask for on paper."""

from collections.abc import Iterable
from dataclasses import dataclass

from haihe.platforms.services.items.definition import ItemDefinition, Paper, Verify
from haihe.platforms.services.items.kinds import Proof


@dataclass(frozen=True, slots=True)
class Needless:
    """A paper that an item has handed in, and the question that another item puts to data in its place."""

    item: ItemDefinition
    paper: Paper
    proven_by: ItemDefinition
    verify: Verify


def needless_papers(items: Iterable[ItemDefinition]) -> list[Needless]:
    """Return every such paper, by authority and item. Papers are the same where their slug is."""
    every = sorted(items, key=lambda item: (item.authority, item.slug))
    proven = {paper.slug: (item, verify) for item in reversed(every) for paper, verify in item.questions}
    return [
        Needless(item, paper, *proven[paper.slug])
        for item in every
        for paper in item.papers
        if paper.proof is Proof.HAND_IN and paper.slug in proven
    ]
