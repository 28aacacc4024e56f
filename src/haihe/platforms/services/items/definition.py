"""What an item is. Checked when read, stored whole, pinned by every case.

An item changes by a new version, never by an edit: what a case promised is what its version said.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from haihe.kernel.process import conditions
from haihe.platforms.services.items.kinds import (
    SPARED,
    Handling,
    ItemChannel,
    Kind,
    Level,
    ObjectKind,
    PaperForm,
    PaperSource,
    Proof,
)
from haihe.platforms.services.items.texts import Part, Text

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PREFIX = re.compile(r"[A-Z]{2,6}")
_DEPARTMENT = re.compile(r"([0-9]{6})?")
_CODE = re.compile(r"[0-9]{6}-[A-Z]{2}-[0-9]{4}")


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
    """One thing an applicant would have to bring. `saves_papers` counts what a proven answer spares.

    `when` is a condition over the fields of the form; without one, everybody needs the paper.
    """

    slug: str
    proof: Proof
    name: Text
    note: Text
    form: PaperForm = PaperForm.ORIGINAL
    copies: int = 1
    source: PaperSource = PaperSource.GOVERNMENT
    when: str = ""
    saves_papers: int = 0
    verify: Verify | None = None

    @property
    def is_spared(self) -> bool:
        """Whether nobody hands it in."""
        return self.proof in SPARED


class Basis(Part, frozen=True):
    """A law, its clause, and what it says in one sentence."""

    law: Text
    clause: Text
    says: Text


class Check(Part, frozen=True):
    """A question answered before one begins; where the answer isn't `needed`, `otherwise` says what to do."""

    ask: Text
    needed: str
    otherwise: Text


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
    told: Text | None = None

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
    """An item of government service (政务服务事项) as its implementation list tells it; times in working days.

    `other_department` is the code of the one that takes a step beside the authority, where the process has such a step.
    What has a default here was unknown to the first versions; the database still keeps those.
    """

    slug: str
    version: int
    code: str
    case_prefix: str
    kind: Kind
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
    visits: Visits
    level: Level = Level.CITY
    handling: Handling = Handling.PROMISED
    objects_kind: tuple[ObjectKind, ...] = (ObjectKind.PERSON,)
    topics: tuple[str, ...] = ()
    channels: tuple[ItemChannel, ...] = (ItemChannel.PHONE, ItemChannel.WINDOW)
    process: str = "plain"
    other_department: str = ""
    form: Mapping[str, Any] = {}
    amount: Amount | None = None
    checks: tuple[Check, ...] = ()
    steps: tuple[Step, ...] = ()
    faq: tuple[Faq, ...] = ()

    def __post_init__(self) -> None:
        complaints = [*_malformed(self), *_crossed_times(self), *_papers_amiss(self)]
        if complaints:
            raise ValueError("; ".join(complaints))

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


def _malformed(item: ItemDefinition) -> Iterator[str]:
    if not (_SLUG.fullmatch(item.slug) and len(item.slug) <= 64 and item.version >= 1):
        yield "slug or version is malformed"
    if not _PREFIX.fullmatch(item.case_prefix):
        yield f"case_prefix {item.case_prefix!r} is malformed: two to six capital letters"
    if not (_CODE.fullmatch(item.code) and item.code.startswith(f"{item.authority}-")):
        yield f"code {item.code!r} is malformed: authority, two letters of the kind, four digits"
    if not _SLUG.fullmatch(item.process):
        yield f"process {item.process!r} is malformed"
    if not _DEPARTMENT.fullmatch(item.other_department) or item.other_department == item.authority:
        yield f"other_department {item.other_department!r} is malformed: the code of a department beside the authority"
    if not (item.objects_kind and item.channels and item.papers):
        yield "objects_kind, channels and papers can't be empty"
    if any(check.needed not in ("yes", "no") for check in item.checks):
        yield "checks: needed is yes or no"


def _crossed_times(item: ItemDefinition) -> Iterator[str]:
    if not 0 <= item.promised_days <= item.statutory_days:
        yield "the promised time is longer than the law allows"
    if item.handling is Handling.INSTANT and item.promised_days > 1:
        yield "INSTANT: promised_days is 0 or 1"
    if min(item.visits.saved("WINDOW"), item.visits.saved("PHONE"), item.visits.phone, item.visits.window) < 0:
        yield "visits can't be negative or more than before"
    if item.amount is not None and not 0 < item.amount.min_yuan <= item.amount.max_yuan:
        yield "the amount's bounds are crossed"


def _papers_amiss(item: ItemDefinition) -> Iterator[str]:
    slugs = [paper.slug for paper in item.papers]
    if len(set(slugs)) != len(slugs):
        yield "two papers share a slug"
    for paper in item.papers:
        yield from (f"paper {paper.slug}: {complaint}" for complaint in _paper_amiss(paper))


def _paper_amiss(paper: Paper) -> Iterator[str]:
    if not _SLUG.fullmatch(paper.slug):
        yield "slug is malformed"
    if (paper.proof is Proof.VERIFY) != (paper.verify is not None):
        yield "proof VERIFY needs [papers.verify], and no other may have it"
    if paper.saves_papers not in (0, 1):
        yield "one answer spares one paper at most, or savings couldn't be proven paper by paper"
    if not 1 <= paper.copies <= 9:
        yield "copies is 1 to 9"
    if paper.when:
        try:
            conditions.parse(paper.when)
        except conditions.ConditionRefused as wrong:
            yield f"when: {wrong}"


def from_json(content: object) -> ItemDefinition:
    """Read what `to_json` gave and the database kept."""
    return msgspec.convert(content, ItemDefinition, strict=False)


def to_json(item: ItemDefinition) -> object:
    """Return what a JSON column can keep; dates and amounts become text."""
    return msgspec.to_builtins(item)
