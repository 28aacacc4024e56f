"""What the public pages of items show, as data."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.paginator import Page
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SIGNED_OUT, Actor, Role
from haihe.city import api as city
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.items import bundles as life
from haihe.platforms.services.items import choosing, shelf
from haihe.platforms.services.items.bundles import Bundle, BundleStep, SharedPaper, Taken
from haihe.platforms.services.items.definition import Check, ItemDefinition, Paper
from haihe.platforms.services.items.finding import Filters, Found, entries_in_force
from haihe.platforms.services.items.kinds import ItemChannel, Kind, ObjectKind, Proof
from haihe.platforms.services.items.models import ItemEntry, ItemVersion
from haihe.platforms.services.items.needless import Needless, needless_papers
from haihe.platforms.services.items.processes import Drawing, ToldStep, drawing_of, process_of, told_steps
from haihe.platforms.services.items.queries import definitions_in_force, items_in_force
from haihe.platforms.services.items.shelf import Topic

COMPANIES = "company"


@dataclass(frozen=True, slots=True)
class Front:
    """The front of services on one tab: what is often wanted, topics with how many items each has, life events."""

    is_for_companies: bool
    frequent: list[ItemEntry]
    topics: list[tuple[Topic, int]]
    bundles: list[Bundle]
    total: int
    online: int
    departments: int


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list of items with what narrows it; each choice says how many items it would leave."""

    rows: Page[ItemEntry]
    filters: Filters
    topics: list[tuple[Topic, int]]
    authorities: list[tuple[str, int]]
    kinds: list[tuple[str, str]]
    loosely: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """A question of "can I?" with the reader's answer; `is_met` None: not answered."""

    check: Check
    name: str
    answer: str

    @property
    def is_met(self) -> bool | None:
        return self.answer == self.check.needed if self.answer else None


@dataclass(frozen=True, slots=True)
class DataQuestion:
    """What will be asked of whom, and why: shown before anybody agrees."""

    paper: str
    asks: str
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One item with all its elements."""

    item: ItemDefinition
    verdicts: list[Verdict]
    to_bring: list[Paper]
    to_show: list[Paper]
    spared: list[Paper]
    questions: list[DataQuestion]
    drawing: Drawing | None
    steps: tuple[ToldStep, ...]
    topics: list[Topic]
    bundles: tuple[Bundle, ...]
    apply_url: str
    address: str

    @property
    def answered(self) -> bool:
        return bool(self.verdicts) and all(one.answer for one in self.verdicts)

    @property
    def may_apply(self) -> bool:
        return all(one.is_met for one in self.verdicts)

    @property
    def is_by_phone(self) -> bool:
        return ItemChannel.PHONE in self.item.channels


@dataclass(frozen=True, slots=True)
class BundleItemLine:
    """An item of a life event; `field` asks for it in the one form, "" where nothing is to choose."""

    item: ItemDefinition
    when: str
    field: str


@dataclass(frozen=True, slots=True)
class BundleStepLine:
    """A step of a life event with its items that are in force; `taken` says how they come into the one form."""

    title: str
    says: str
    when: str
    taken: Taken
    items: list[BundleItemLine]


@dataclass(frozen=True, slots=True)
class BundlePage:
    """One life event: its steps, its papers once for all, and what doing it together spares.

    `offer` is its one form, None where there is none today; `askings` what registers would be asked; `draft` the
    reader's own, where they have begun.
    """

    bundle: Bundle
    steps: list[BundleStepLine]
    papers: tuple[SharedPaper, ...]
    items: int
    papers_asked: int
    days: int
    offer: forms.Offer | None = None
    askings: tuple[forms.Asking, ...] = ()
    draft: UUID | None = None
    may_begin: bool = False

    @property
    def to_bring(self) -> list[SharedPaper]:
        return [row for row in self.papers if row.paper.proof is Proof.HAND_IN]

    @property
    def to_show(self) -> list[SharedPaper]:
        return [row for row in self.papers if row.paper.proof is Proof.SHOW]

    @property
    def spared(self) -> list[SharedPaper]:
        return [row for row in self.papers if row.paper.is_spared]


@dataclass(frozen=True, slots=True)
class DepartmentPage:
    """A department: where and when to find it, and what it handles, by topic."""

    department: city.Organisation
    hotline: str
    place: str
    groups: list[tuple[Topic, list[ItemEntry]]]
    total: int


def front(*, who: str, on: date) -> Front:
    """Gather the front page of one tab."""
    is_for_companies = who == COMPANIES
    topics, totals = Counter[str](), Counter[str]()
    bodies = set[str]()
    rows = entries_in_force(on=on).order_by().values_list("authority", "topics", "objects_kind", "channels")
    for authority, of_topics, kinds, channels in rows:
        bodies.add(authority)
        totals.update(all=1, online=int(ItemChannel.PHONE in channels))
        if is_on_tab(kinds, is_for_companies=is_for_companies):
            topics.update(of_topics)
    return Front(
        is_for_companies=is_for_companies,
        frequent=_frequent(is_for_companies=is_for_companies, on=on),
        topics=[(topic, topics[topic.slug]) for topic in shelf.topics() if topics[topic.slug]],
        bundles=[one for one in life.bundles() if one.is_for_people is not is_for_companies],
        total=totals["all"],
        online=totals["online"],
        departments=len(bodies),
    )


def is_on_tab(kinds: list[str], *, is_for_companies: bool) -> bool:
    return kinds != [ObjectKind.PERSON] if is_for_companies else ObjectKind.PERSON in kinds


def _frequent(*, is_for_companies: bool, on: date) -> list[ItemEntry]:
    slugs = shelf.frequent(is_for_companies=is_for_companies)
    rows = entries_in_force(on=on).filter(version__slug__in=slugs).defer("found", "ranked", "version__content")
    return sorted(rows, key=lambda row: slugs.index(row.version.slug))


def list_page(rows: Page[ItemEntry], filters: Filters, found: Found) -> ListPage:
    """Gather a list."""
    names = {body.code: body for body in city.organisations(level=2)}
    codes = {*found.authorities, *filter(None, [filters.authority])}
    order = [code for code in names if code in codes]
    return ListPage(
        rows=rows,
        filters=filters,
        topics=[
            (one, found.topics.get(one.slug, 0))
            for one in shelf.topics()
            if one.slug in found.topics or one.slug == filters.topic
        ],
        authorities=[(code, found.authorities.get(code, 0)) for code in order],
        kinds=[(str(value), str(label)) for value, label in Kind.choices],
        loosely=found.loosely,
    )


def item_page(version: ItemVersion, answers: dict[str, str], *, address: str) -> ItemPage:
    """Gather an item; `answers` are the reader's to its checks, by name."""
    item = version.definition
    process = process_of(item.process)
    return ItemPage(
        item=item,
        verdicts=[_verdict(number, check, answers) for number, check in enumerate(item.checks, 1)],
        to_bring=[paper for paper in item.papers if paper.proof is Proof.HAND_IN],
        to_show=[paper for paper in item.papers if paper.proof is Proof.SHOW],
        spared=[paper for paper in item.papers if paper.is_spared],
        questions=[
            DataQuestion(str(paper.name), str(ask.asks), str(ask.why), _full_name(ask.source))
            for paper, ask in item.questions
        ],
        drawing=drawing_of(process, item) if process else None,
        steps=told_steps(process, item) if process and not item.steps else (),
        topics=[topic for topic in map(shelf.topic, item.topics) if topic],
        bundles=life.bundles_with(item.slug),
        apply_url=apply_url(item),
        address=address,
    )


def _verdict(number: int, check: Check, answers: dict[str, str]) -> Verdict:
    name = f"check{number}"
    answer = answers.get(name, "")
    return Verdict(check, name, answer if answer in ("yes", "no") else "")


def apply_url(item: ItemDefinition) -> str:
    """Return where one applies for the item; empty where there is no such page (yet)."""
    if ItemChannel.PHONE not in item.channels:
        return ""
    if item.amount is not None:
        return reverse("services:apply", args=[item.slug])
    address = f"{reverse('services:home')}apply/{item.slug}/"
    try:
        resolve(address)
    except Resolver404:
        return ""
    return address


def bundle_page(bundle: Bundle, actor: Actor = SIGNED_OUT, *, now: datetime) -> BundlePage:
    """Gather a life event with those of its items that are in force, and its form as this reader may begin it."""
    on = timezone.localdate(now)
    found = definitions_in_force(bundle.items, on=on)
    taken = [found[slug] for slug in bundle.items if slug in found]
    offer = forms.offer_of(choosing.offer_slug(bundle), on=on)
    days = [max((found[one].promised_days for one in step.items if one in found), default=0) for step in bundle.steps]
    return BundlePage(
        bundle=bundle,
        steps=bundle_lines(bundle, found, offer),
        papers=life.papers_once(taken),
        items=len(taken),
        papers_asked=sum(len(item.papers) for item in taken),
        days=sum(days),
        offer=offer,
        askings=forms.would_ask(offer, now=now) if offer else (),
        draft=forms.open_draft(actor, offer.slug, now=now) if offer else None,
        may_begin=actor.has(Role.CITIZEN),
    )


def bundle_lines(
    bundle: Bundle, found: Mapping[str, ItemDefinition], offer: forms.Offer | None
) -> list[BundleStepLine]:
    """Return the steps of a life event as somebody chooses from them: what its form doesn't hold stands apart."""
    shared = {share.offer.slug for share in offer.shares} if offer else set()
    return [
        BundleStepLine(
            str(step.title),
            str(step.says),
            str(step.when or ""),
            step.taken if shared & set(step.items) else Taken.APART,
            [_bundle_item(step, found[slug], shared) for slug in step.items if slug in found],
        )
        for step in bundle.steps
    ]


def _bundle_item(step: BundleStep, item: ItemDefinition, shared: set[str]) -> BundleItemLine:
    field = choosing.field_of(step, item.slug) if item.slug in shared and step.taken is not Taken.APART else ""
    return BundleItemLine(item, str(step.whens.get(item.slug, "")), field)


def department_page(department: city.Organisation, *, on: date) -> DepartmentPage:
    """Gather what a department handles; an item stands under its first topic."""
    rows = list(entries_in_force(on=on).filter(authority=department.code).defer("found", "ranked", "version__content"))
    settled = shelf.authority_defaults(department.code)
    groups = [(topic, [row for row in rows if row.topics[:1] == [topic.slug]]) for topic in shelf.topics()]
    place = settled.get("place", {})
    return DepartmentPage(
        department=department,
        hotline=str(settled.get("hotline", "12345")),
        place=str(shelf.text(place)) if place else "",
        groups=[(topic, found) for topic, found in groups if found],
        total=len(rows),
    )


def _full_name(code: str) -> str:
    found = city.organisation(code)
    if found is None:
        return _("其他部门")
    return str(shelf.text({"zh": found.name, "en": found.name_en or found.name}))


@dataclass(frozen=True, slots=True)
class DeskPage:
    """The items that the reader keeps: how many, and which papers they ask for although data prove them."""

    items: int
    papers: int
    spared: int
    rows: list[Needless]


def desk_page(actor: Actor, *, on: date) -> DeskPage:
    """Gather the desk: of the reader's departments, or of all for the data centre."""
    mine = actor.organisations(Role.STEWARD) | actor.organisations(Role.APPROVER)
    every = items_in_force(on=on)
    own = [item for item in every if actor.has(Role.OPERATOR) or item.authority in mine]
    kept = {item.slug for item in own}
    papers = [paper for item in own for paper in item.papers]
    return DeskPage(
        items=len(own),
        papers=len(papers),
        spared=sum(paper.is_spared for paper in papers),
        rows=[row for row in needless_papers(every) if row.item.slug in kept],
    )
