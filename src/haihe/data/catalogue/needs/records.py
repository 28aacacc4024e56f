"""What storeys above hand in and receive."""

from dataclasses import dataclass
from datetime import datetime

from haihe.data.catalogue.needs.models import DemandState, Needs, Paper, PaperKind


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPaper:
    """A paper of an item. With `resource`, `service` and `scope` the item itself declares what proves it."""

    code: str
    title: str
    asks: str = ""
    kind: str = PaperKind.HAND_IN
    resource: str = ""
    service: str = ""
    scope: tuple[str, ...] = ()
    purpose: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNeeds:
    """An item with its papers; `organisation` is the department that handles it."""

    code: str
    title: str
    organisation: str
    papers: tuple[NewPaper, ...]


@dataclass(frozen=True, slots=True)
class DemandEntry:
    """A demand as those see it who asked or answer."""

    number: str
    owner: str
    is_open: bool
    asked_at: datetime
    answer: str
    resource: str


@dataclass(frozen=True, slots=True)
class PaperEntry:
    """A paper with what proves it. `scope` names claims or fields of the service, `demand` is the latest."""

    code: str
    title: str
    asks: str
    kind: str
    resource: str
    service: str
    scope: tuple[str, ...]
    purpose: str
    is_declared: bool
    confirmed_name: str
    confirmed_at: datetime | None
    demand: DemandEntry | None

    @property
    def is_shown_only(self) -> bool:
        return self.kind == PaperKind.SHOW


@dataclass(frozen=True, slots=True)
class NeedsEntry:
    """An item with its papers, in order."""

    code: str
    title: str
    organisation: str
    is_declared: bool
    updated_at: datetime
    papers: tuple[PaperEntry, ...]

    def paper(self, code: str) -> PaperEntry | None:
        return next((paper for paper in self.papers if paper.code == code), None)


def needs_entry(row: Needs) -> NeedsEntry:
    """Return the item; papers and their demands should be prefetched where there are many."""
    papers = tuple(_paper_entry(paper) for paper in row.papers.all())
    return NeedsEntry(row.code, row.title, row.organisation, row.is_declared, row.updated_at, papers)


def _paper_entry(row: Paper) -> PaperEntry:
    demands = sorted(row.demands.all(), key=lambda demand: demand.asked_at)
    latest = demands[-1] if demands else None
    return PaperEntry(
        code=row.code,
        title=row.title,
        asks=row.asks,
        kind=row.kind,
        resource=row.resource,
        service=row.service,
        scope=tuple(row.scope),
        purpose=row.purpose or default_purpose(row.needs.code),
        is_declared=row.is_declared,
        confirmed_name=row.confirmed_name,
        confirmed_at=row.confirmed_at,
        demand=None
        if latest is None
        else DemandEntry(
            latest.number,
            latest.owner,
            latest.state == DemandState.OPEN,
            latest.asked_at,
            latest.answer,
            latest.resource,
        ),
    )


def default_purpose(code: str) -> str:
    """Return the purpose that stands for an item where nobody named another: its code in capitals."""
    purpose = code.upper().replace("-", "_")
    return purpose if purpose[:1].isalpha() else f"ITEM_{purpose}"[:64]
