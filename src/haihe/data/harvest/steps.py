"""One page of a run, in either direction."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from haihe.data.harvest.taking import Finding


@dataclass(frozen=True, slots=True)
class Step:
    """What a page comes to. `write` puts it down, in the transaction in which the page is taken; it is given the ids
    that came on a page before. `next` "" after the last page.
    """

    findings: Sequence[Finding]
    write: Callable[[Collection[str]], None]
    next: str
    told: int | None = None
    left_out: int = 0
