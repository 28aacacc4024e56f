"""The one screen: whom the clerk has before them, what was searched, what data prove, and what was taken in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from haihe.base.accounts.api import Actor
from haihe.kernel.masking import mask_id_number
from haihe.platforms.services.api import TakenIn, cases_together, taken_in
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.items.api import (
    PREFIX,
    Bundle,
    BundlePage,
    Filters,
    ItemDefinition,
    Paper,
    Proof,
    bundle_of,
    bundle_page,
    bundles,
    find_items,
    proven_papers,
)
from haihe.platforms.services.window import pages
from haihe.platforms.services.window.models import Counter, PaperFlag, QueueTicket, TicketItem
from haihe.platforms.services.window.operations.serving import Visitor, visitor_of
from haihe.platforms.services.window.workflow import AT_A_COUNTER, TicketState

_FOUND = 8


@dataclass(frozen=True, slots=True)
class Strip:
    """The number and its clock: what was waited stands in `row`, `spent_min` is what it takes so far."""

    ticket: QueueTicket
    row: pages.QueueRow
    spent_min: int
    may_be_missed: bool
    others: list[Counter]

    @property
    def is_called(self) -> bool:
        return self.ticket.state == TicketState.CALLED

    @property
    def is_serving(self) -> bool:
        return self.ticket.state == TicketState.SERVING


@dataclass(frozen=True, slots=True)
class FoundItem:
    """An item that matches what was typed."""

    slug: str
    name: str
    authority: str


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper of the chosen item and who brings it: nobody where data, a certificate or a declaration stands for it."""

    paper: Paper
    proven_by: str
    asks: str
    is_needless: bool


@dataclass(frozen=True, slots=True)
class TakenItem:
    """An item of this visit: a form that is being filled in, or the case it became."""

    row: TicketItem
    name: str
    case: TakenIn | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The item that the person wants, as the clerk needs to know it."""

    item: ItemDefinition
    papers: list[PaperLine]
    may_be_taken_in: bool
    askings: tuple[forms.Asking, ...] = ()

    @property
    def spared(self) -> int:
        return sum(line.is_needless for line in self.papers)


@dataclass(frozen=True, slots=True)
class ChosenBundle:
    """The life event that the person wants: its items to choose from, and whether this counter takes all of them in."""

    page: BundlePage
    slug: str
    may_be_taken_in: bool


@dataclass(frozen=True, slots=True)
class VisitPage:
    """Everything of one visit on one screen."""

    strip: Strip
    visitor: Visitor | None
    masked_number: str
    delegation: bool
    q: str
    found: list[FoundItem]
    chosen: Chosen | None
    taken: list[TakenItem]
    bundles: tuple[Bundle, ...]
    bundle: ChosenBundle | None
    flags: list[PaperFlag]

    @property
    def ticket(self) -> QueueTicket:
        return self.strip.ticket

    @property
    def is_serving(self) -> bool:
        return self.strip.is_serving


def is_mine_now(ticket: QueueTicket) -> bool:
    return ticket.state in AT_A_COUNTER


def strip(ticket: QueueTicket, *, now: datetime) -> Strip:
    """Gather the number and its clock."""
    since = ticket.started_at or ticket.called_at or now
    waited = max((ticket.called_at or now) - ticket.taken_at, timedelta())
    return Strip(
        ticket=ticket,
        row=pages.queue_rows([ticket], ticket.hall, now=ticket.taken_at + waited)[0],
        spent_min=pages.minutes(now - since),
        may_be_missed=pages.may_be_missed(ticket),
        others=[one for one in ticket.hall.counters.filter(is_in_use=True) if one.pk != ticket.counter_id],
    )


def visit_page(ticket: QueueTicket, actor: Actor, asked: Mapping[str, str], *, now: datetime) -> VisitPage:
    """Gather the screen of a visit; `asked` is what the address says."""
    today, visitor = timezone.localdate(now), visitor_of(ticket)
    q = asked.get("q", "").strip()[:60]
    slug = asked.get("item", "") or ("" if q or asked.get("bundle") else ticket.item_slug)
    item = pages.item_of(slug[:64], today=today)
    bundle = bundle_of(f"{PREFIX}{asked.get('bundle', '')[:64]}")
    return VisitPage(
        strip=strip(ticket, now=now),
        visitor=visitor,
        masked_number=mask_id_number(visitor.id_number) if visitor else "",
        delegation=_is_delegated(visitor, item, today),
        q=q,
        found=_found(q, today),
        chosen=_chosen(item, actor, now, today) if item else None,
        taken=_taken(ticket, actor, now),
        bundles=bundles(),
        bundle=_bundle(bundle, actor, now) if bundle else None,
        flags=list(ticket.flags.all()),
    )


def _found(q: str, today: date) -> list[FoundItem]:
    if not q:
        return []
    rows = find_items(Filters(q=q), on=today).rows[:_FOUND]
    return [FoundItem(row.version.slug, str(row.name), row.authority) for row in rows]


def _chosen(item: ItemDefinition, actor: Actor, now: datetime, today: date) -> Chosen:
    proven = proven_papers(on=today)
    offer = forms.offer_of(item.slug, on=today)
    may = offer is not None and forms.WINDOW in offer.channels
    return Chosen(
        item=item,
        papers=[_line(paper, proven) for paper in item.papers],
        may_be_taken_in=may and forms.may_take_in(actor, item.authority, item.slug, now=now),
        askings=forms.would_ask(offer, now=now) if offer is not None and may else (),
    )


def _bundle(bundle: Bundle, actor: Actor, now: datetime) -> ChosenBundle:
    page = bundle_page(bundle, actor, now=now)
    taken = [share.offer for share in page.offer.shares] if page.offer else []
    may = bool(taken) and all(forms.may_take_in(actor, one.authority, one.slug, now=now) for one in taken)
    return ChosenBundle(page, page.offer.slug if page.offer else "", may)


def _line(paper: Paper, proven: Mapping[str, tuple[Paper, object]]) -> PaperLine:
    verify = paper.verify
    by_data = paper.slug in proven
    return PaperLine(
        paper=paper,
        proven_by=verify.source if verify else "",
        asks=str(verify.asks) if verify else "",
        is_needless=by_data or paper.proof is Proof.CERTIFICATE or paper.is_spared,
    )


def _taken(ticket: QueueTicket, actor: Actor, now: datetime) -> list[TakenItem]:
    rows = list(ticket.items.all())
    numbers = forms.cases_of([row.draft for row in rows])
    return [one for row in rows for one in _taken_by(row, row.case_number or numbers.get(row.draft, ""), actor, now)]


def _taken_by(row: TicketItem, number: str, actor: Actor, now: datetime) -> list[TakenItem]:
    """Return what a form became: a case, or those of a life event."""
    bundle = bundle_of(row.item_slug)
    if bundle is None or not number:
        item = pages.item_of(row.item_slug, today=timezone.localdate(now))
        name = str(bundle.name) if bundle else str(item.name) if item else row.item_slug
        return [TakenItem(row, name, taken_in(actor, number, now=now) if number else None)]
    cases = [taken_in(actor, one, now=now) for one in cases_together(number)]
    return [TakenItem(row, one.name, one) for one in cases if one]


def _is_delegated(visitor: Visitor | None, item: ItemDefinition | None, today: date) -> bool:
    if visitor is None or not visitor.acts_for_another:
        return False
    slug = item.slug if item else ""
    return forms.delegation_between(visitor.principal_number, visitor.id_number, item=slug, today=today) is not None
