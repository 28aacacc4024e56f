"""The papers of an item as they stand for one person before they begin: spared, to be brought, or to be asked about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec

from haihe.base.accounts.api import Actor, Role
from haihe.base.keys import api as keys
from haihe.platforms.services.forms import ports
from haihe.platforms.services.forms.models import PaperCheck
from haihe.platforms.services.forms.ports import HeldCertificate, Offer, PaperAsking, PaperNote

_YES, _NO = "MATCH", "NO_MATCH"


class PaperFound(msgspec.Struct, frozen=True):
    """What a register said of one paper: MATCH, NO_MATCH or UNKNOWN, and the ledger's evidence of having asked."""

    paper: str
    answer: str
    source: str
    as_of: datetime | None
    evidence: str


class Standing(StrEnum):
    """How a paper stands. The first four needn't be brought."""

    HELD = "HELD"
    PROVEN = "PROVEN"
    SPARED = "SPARED"
    ASKABLE = "ASKABLE"
    NOT_PROVEN = "NOT_PROVEN"
    NOT_HELD = "NOT_HELD"
    UNKNOWN = "UNKNOWN"
    BROUGHT = "BROUGHT"


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper on the guide, for whoever reads it."""

    paper: PaperNote
    standing: Standing
    held: HeldCertificate | None = None
    found: PaperFound | None = None

    @property
    def told(self) -> str:
        """What the register's answer means, in the item's own words."""
        question = self.paper.question
        if question is None or self.found is None:
            return ""
        return str(question.yes if self.found.answer == _YES else question.no if self.found.answer == _NO else "")


@dataclass(frozen=True, slots=True)
class Papers:
    """All papers of an item for one reader. `is_personal`: for a person who signed in, and so counted."""

    rows: tuple[PaperRow, ...]
    askings: tuple[PaperAsking, ...]
    is_personal: bool
    checked_at: datetime | None = None

    @property
    def spared(self) -> int:
        return sum(row.standing in (Standing.HELD, Standing.PROVEN, Standing.SPARED) for row in self.rows)

    @property
    def open(self) -> int:
        return sum(row.standing is Standing.ASKABLE for row in self.rows)

    @property
    def to_bring(self) -> int:
        return len(self.rows) - self.spared - self.open


def papers_for(actor: Actor, offer: Offer, *, now: datetime) -> Papers:
    """Return the papers by what is held of the reader. No register is asked: see `operations.find_out`."""
    is_personal = actor.has(Role.CITIZEN)
    held = ports.held_by(actor, now=now)
    check = found_for(actor, offer.slug, now=now) if is_personal else None
    found = {one.paper: one for one in check[1]} if check else {}
    asked = _askings(offer, now) if is_personal else {}
    askable = asked if check is None else {}
    rows = tuple(_row(paper, held, found, askable, is_personal=is_personal) for paper in offer.papers)
    open_ones = tuple(asked[row.paper.slug] for row in rows if row.standing is Standing.ASKABLE)
    return Papers(rows, open_ones, is_personal, check[0] if check else None)


def found_for(actor: Actor, slug: str, *, now: datetime) -> tuple[datetime, Sequence[PaperFound]] | None:
    """Return what registers said of a person's own papers within a day, and when; None if they weren't asked."""
    if actor.user_id is None:
        return None
    check = PaperCheck.objects.filter(owner=actor.user_id, item_slug=slug, expires_at__gt=now).first()
    if check is None:
        return None
    plain = keys.keyring().open(bytes(check.sealed_answers), context=check.seal_context)
    return check.asked_at, msgspec.json.decode(plain, type=tuple[PaperFound, ...])


def _askings(offer: Offer, now: datetime) -> Mapping[str, PaperAsking]:
    asker, questions = ports.prover(), {paper.slug: paper.question for paper in offer.papers if paper.question}
    return asker.would_ask(questions, authority=offer.authority, now=now) if asker and questions else {}


def _row(
    paper: PaperNote,
    held: Mapping[str, HeldCertificate],
    found: Mapping[str, PaperFound],
    askable: Mapping[str, PaperAsking],
    *,
    is_personal: bool,
) -> PaperRow:
    if paper.by_certificate and paper.slug in held:
        return PaperRow(paper, Standing.HELD, held=held[paper.slug])
    if paper.by_certificate and is_personal:
        return PaperRow(paper, Standing.NOT_HELD)
    if paper.question is not None and is_personal:
        return _by_data(paper, found.get(paper.slug), is_askable=paper.slug in askable)
    return PaperRow(paper, Standing.SPARED if paper.is_spared else Standing.BROUGHT)


def _by_data(paper: PaperNote, found: PaperFound | None, *, is_askable: bool) -> PaperRow:
    if found is None:
        return PaperRow(paper, Standing.ASKABLE if is_askable else Standing.UNKNOWN)
    by_answer = {_YES: Standing.PROVEN, _NO: Standing.NOT_PROVEN}
    return PaperRow(paper, by_answer.get(found.answer, Standing.UNKNOWN), found=found)
