"""What the pages of discovery by need show, and who sees how much.

Which papers are still asked for is public, as service guides are. Requests, grants and gaps are for the item's own
department, the data centre and the auditor.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.base.accounts.api import Actor, Role
from haihe.data.catalogue import api as catalogue
from haihe.data.sharing.models import Service
from haihe.data.sharing.needs.prefilling import asking
from haihe.data.sharing.needs.standing import (
    ItemStanding,
    PaperStanding,
    SparedPapers,
    Standing,
    counted,
    standings,
)
from haihe.data.sharing.queries import access

type Text = str | Promise
ITEMS_AT_ONCE: Final = 20
_TONES: Final = {
    Standing.GRANTED: "success",
    Standing.OWN: "success",
    Standing.REQUESTED: "info",
    Standing.PROVABLE: "warning",
    Standing.NOT_YET: "neutral",
    Standing.SHOWN: "neutral",
}
_STILL: Final = _("仍要提交")


@dataclass(frozen=True, slots=True)
class ItemsPage:
    """All items, or one department's. `mine` are departments for which this person may enter items."""

    rows: "Page[ItemStanding]"
    figures: SparedPapers
    provable: int
    requested: int
    organisation: str
    may_enter: bool
    sees_inside: bool


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper as this person may see it."""

    it: PaperStanding
    tone: str
    label: Text
    ask: str = ""
    may_map: bool = False
    sees_inside: bool = False

    @property
    def shows_resource(self) -> bool:
        entry = self.it.entry
        return entry is not None and (entry.state == "PUBLISHED" or (self.sees_inside and self.it.standing == "OWN"))


@dataclass(frozen=True, slots=True)
class ItemPage:
    it: ItemStanding
    rows: list[PaperRow]
    may_edit: bool
    sees_inside: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A service with what may be asked of it, as (name, in words)."""

    slug: str
    title: str
    questions: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A resource that may prove the paper, with the services that are open on it."""

    entry: catalogue.ResourceEntry
    services: list[Offer]
    is_it: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class PaperPage:
    """Where a person maps one paper. `typed` is what they searched for instead of the paper's name."""

    item: catalogue.NeedsEntry
    row: PaperRow
    candidates: list[Candidate]
    typed: str
    departments: list[tuple[str, str]]
    likely: str
    complaint: str = ""


def items_page(actor: Actor, *, organisation: str, number: str | None, now: datetime) -> ItemsPage:
    every = standings(catalogue.needs_entries(), now=now)
    figures = counted(every)
    rows = [item for item in every if not organisation or item.needs.organisation == organisation]
    inside = [item for item in every if sees_inside(actor, item.needs.organisation)]
    return ItemsPage(
        rows=Paginator(rows, ITEMS_AT_ONCE).get_page(number),
        figures=figures,
        provable=sum(item.count(Standing.PROVABLE) for item in inside),
        requested=sum(item.count(Standing.REQUESTED) for item in inside),
        organisation=organisation,
        may_enter=actor.has(Role.STEWARD) or actor.has(Role.OPERATOR),
        sees_inside=bool(inside),
    )


def item_page(actor: Actor, needs: catalogue.NeedsEntry, *, now: datetime) -> ItemPage:
    (item,) = standings([needs], now=now)
    return ItemPage(
        it=item,
        rows=[_row(actor, needs, paper) for paper in item.papers],
        may_edit=catalogue.may_edit_needs(actor, needs.organisation),
        sees_inside=sees_inside(actor, needs.organisation),
    )


def paper_page(
    actor: Actor,
    needs: catalogue.NeedsEntry,
    code: str,
    *,
    typed: str,
    departments: Iterable[tuple[str, str]],
    now: datetime,
    complaint: str = "",
) -> PaperPage | None:
    """Return the page; None where the item has no such paper."""
    (item,) = standings([needs], now=now)
    it = next((paper for paper in item.papers if paper.paper.code == code), None)
    if it is None:
        return None
    found = catalogue.suggested(actor, typed or it.paper.title, "" if typed else it.paper.asks)
    return PaperPage(
        item=needs,
        row=_row(actor, needs, it),
        candidates=_candidates(actor, needs, it, found),
        typed=typed,
        departments=[(code, name) for code, name in departments if code != needs.organisation],
        likely=next((entry.owner for entry in (it.entry, *found) if entry and entry.owner != needs.organisation), ""),
        complaint=complaint,
    )


def sees_inside(actor: Actor, organisation: str) -> bool:
    """True for the item's own department, the data centre and the auditor."""
    mine = actor.has(Role.STEWARD, organisation) or actor.has(Role.APPROVER, organisation)
    return mine or access.sees_all(actor)


def _row(actor: Actor, needs: catalogue.NeedsEntry, it: PaperStanding) -> PaperRow:
    inside = sees_inside(actor, needs.organisation)
    public = it.is_spared or it.standing == Standing.SHOWN
    may_ask = it.standing == Standing.PROVABLE and actor.has(Role.STEWARD, needs.organisation)
    return PaperRow(
        it=it,
        tone=_TONES[it.standing] if inside or public else "neutral",
        label=it.standing.label if inside or public else _STILL,
        ask=asking(needs, it) if may_ask else "",
        may_map=catalogue.may_edit_needs(actor, needs.organisation) and it.standing != Standing.SHOWN,
        sees_inside=inside,
    )


def _candidates(
    actor: Actor, needs: catalogue.NeedsEntry, it: PaperStanding, found: list[catalogue.ResourceEntry]
) -> list[Candidate]:
    entries = {entry.code: entry for entry in found}
    if it.entry is not None and it.entry.code not in entries and catalogue.resource(it.entry.code, actor=actor):
        entries = {it.entry.code: it.entry} | entries
    services = list(access.visible_services(actor).filter(enabled=True, resource__in=list(entries)))
    return [
        Candidate(
            entry=entry,
            services=[_offer(service) for service in services if service.resource == entry.code],
            is_it=entry.code == it.paper.resource,
            is_own=entry.owner == needs.organisation,
        )
        for entry in entries.values()
    ]


def _offer(service: Service) -> Offer:
    return Offer(service.slug, service.title, [(name, service.title_of(name)) for name in service.scope])
