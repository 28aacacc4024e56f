"""What the builder's page shows: a draft with everything that may be chosen at each place, and what it would give."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from haihe.data.exchange import api as exchange
from haihe.data.matching.definition import MOST_INPUTS, Definition, ModelRefused, Outcome, read_definition
from haihe.data.matching.drafts import MOST_COMPARISONS, ComparisonRow, Draft, InputRow
from haihe.data.matching.engines.sampling import SampleCount, TooSlow, count_sample
from haihe.data.matching.errors import NotGranted
from haihe.data.matching.inputs import granted_inputs, tables_of
from haihe.data.matching.offers import OWN_PURPOSE, Offer, OfferedField, offers_for, purposes_for
from haihe.data.matching.plan import make_plan
from haihe.data.matching.tables import Stored
from haihe.data.matching.telling import MARKS, OPERATORS, SCHEDULES, Titles, marked, sentences

Text = str | Promise
type Wanted = Callable[[OfferedField], bool]
FEW = 5
"""Fewer matches than these aren't told: a count of one would be an answer about a person."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a choice. `value` is `input.field`, or a register's code."""

    value: str
    title: Text
    chosen: bool = False
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Options that belong to one register."""

    label: str
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class InputCard:
    """One register of the draft; `number` counts from 0, which is the base."""

    number: int
    row: InputRow
    label: str
    registers: list[Choice]
    keys: list[Choice]
    equals: list[Group]
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ComparisonLine:
    number: int
    row: ComparisonRow
    left: list[Group]
    operators: list[Choice]
    right: list[Group]


@dataclass(frozen=True, slots=True)
class Preview:
    """What the draft says and would give on a sample; `refusal` says what is still missing."""

    told: list[str] = field(default_factory=list)
    sample: SampleCount | None = None
    refusal: str = ""

    @property
    def matched(self) -> int:
        return self.sample.counts[Outcome.MATCHED] if self.sample else 0

    @property
    def is_few(self) -> bool:
        return 0 < self.matched < FEW

    @property
    def estimate(self) -> int:
        """How many of all rows would match, by the sample's share."""
        sample = self.sample
        return round(self.matched * sample.base_rows / sample.looked_at) if sample and sample.looked_at else 0

    @property
    def undecided(self) -> int:
        unsure = (Outcome.NO_KEY, Outcome.AMBIGUOUS, Outcome.UNDECIDED)
        return sum(self.sample.counts[one] for one in unsure) if self.sample else 0


@dataclass(frozen=True, slots=True)
class BuilderPage:
    organisation: str
    organisations: list[str]
    number: str
    draft: Draft
    purposes: list[Choice]
    has_offers: bool
    cards: list[InputCard]
    lines: list[ComparisonLine]
    output: list[Group]
    schedules: list[Choice]
    divisions: list[Choice]
    preview: Preview | None
    refusal: str = ""

    @property
    def may_add_input(self) -> bool:
        return len(self.cards) < MOST_INPUTS

    @property
    def may_add_comparison(self) -> bool:
        return len(self.lines) < MOST_COMPARISONS


def builder_page(
    draft: Draft,
    *,
    organisation: str,
    organisations: Iterable[str],
    number: str,
    now: datetime,
    with_preview: bool,
    refusal: str = "",
) -> BuilderPage:
    """Return the page for a draft; with a preview it takes some seconds at most."""
    purposes = purposes_for(organisation, now=now)
    if not draft.purpose:
        draft = replace(draft, purpose=(purposes or [OWN_PURPOSE])[0])
    offers = offers_for(organisation, draft.purpose, now=now)
    shown = _Shown(draft, {one.resource: one for one in offers})
    return BuilderPage(
        organisation=organisation,
        organisations=sorted(organisations),
        number=number,
        draft=draft,
        purposes=_purposes(purposes, draft.purpose),
        has_offers=bool(offers),
        cards=[shown.card(place) for place in range(len(draft.inputs))],
        lines=[shown.line(place) for place in range(len(draft.comparisons))],
        output=shown.output(),
        schedules=_schedules(draft.schedule),
        divisions=shown.divisions(),
        preview=preview_of(draft, offers, organisation=organisation, now=now) if with_preview else None,
        refusal=refusal,
    )


def preview_of(draft: Draft, offers: Sequence[Offer], *, organisation: str, now: datetime) -> Preview:
    """Return what the draft says, and a count on a sample. No person is shown, and none counted alone."""
    try:
        model = read_definition(draft.text(offers))
    except ModelRefused as refused:
        return Preview(refusal=refused.sentence)
    told = sentences(model, _titles(model, offers))
    try:
        tables = tables_of(granted_inputs(model, organisation=organisation, now=now, afresh=False))
        plan = make_plan(model, tables, today=timezone.localdate(now))
        return Preview(told, count_sample(plan))
    except ModelRefused as refused:
        return Preview(told, refusal=refused.sentence)
    except NotGranted as refused:
        return Preview(told, refusal=refused.message)
    except exchange.SnapshotDamaged:
        return Preview(told, refusal=_("数据文件校验未通过，请联系大数据中心。"))
    except TooSlow:
        return Preview(told, refusal=_("数据较大，几秒内算不出来；提交确认后运行可以得到全部结果。"))


def _titles(model: Definition, offers: Sequence[Offer]) -> Titles:
    offered = {one.resource: one for one in offers}
    fields = {
        f"{one.name}.{known.name}": known.title
        for one in model.inputs
        if one.resource in offered
        for known in offered[one.resource].fields
    }
    return Titles(marked(model, {code: one.title for code, one in offered.items()}), fields)


def _purposes(held: Sequence[str], chosen: str) -> list[Choice]:
    own = [*held, OWN_PURPOSE, *([chosen] if chosen not in (*held, OWN_PURPOSE) else [])]
    notes = {OWN_PURPOSE: _("只比对本部门的数据")}
    return [Choice(one, one, one == chosen, notes.get(one, "")) for one in dict.fromkeys(own)]


def _schedules(chosen: str) -> list[Choice]:
    lines = {"": _("只在有人点“运行”时"), **SCHEDULES}
    if chosen not in lines:
        lines[chosen] = _("按计划 %(line)s") % {"line": chosen}
    return [Choice(line, told, line == chosen) for line, told in lines.items()]


class _Shown:
    """The draft beside what is offered."""

    def __init__(self, draft: Draft, offers: dict[str, Offer]) -> None:
        self._draft, self._offers = draft, offers

    def card(self, place: int) -> InputCard:
        row = self._draft.inputs[place]
        offer = self._offers.get(row.resource)
        registers = [
            Choice(one.resource, one.title, one.resource == row.resource, _("本部门") if one.is_own else "")
            for one in self._offers.values()
        ]
        keys = [Choice(one.name, one.title, one.name == row.key) for one in _keys_first(offer)]
        before = self._draft.inputs[:place]
        equals = [self._group(one, lambda f: f.is_key, {row.equals}) for one in before if one.presence != "absent"]
        until = offer.until if offer else None
        return InputCard(place, row, self._label(row), registers, keys, _filled(equals), until)

    def line(self, place: int) -> ComparisonLine:
        row = self._draft.comparisons[place]
        return ComparisonLine(
            place,
            row,
            self._comparable(row.left),
            [Choice(one.value, title, one.value == row.op) for one, title in OPERATORS.items()],
            self._comparable(row.right),
        )

    def output(self) -> list[Group]:
        chosen = set(self._draft.output)
        groups = []
        for row in self._readable():
            offer = self._offers.get(row.resource)
            fields = offer.shown_fields if offer else ()
            choices = [
                Choice(part, one.title, part in chosen, _("脱敏") if one.is_masked else "")
                for one in fields
                for part in (f"{row.name}.{one.name}",)
            ]
            groups.append(Group(self._label(row), choices))
        return _filled(groups)

    def divisions(self) -> list[Choice]:
        """What leads can be routed by: plain codes among what the result gives."""
        chosen = self._draft.leads.division
        parts = [
            (row, part) for row in self._readable() for part in self._draft.output if part.startswith(f"{row.name}.")
        ]
        found = []
        for row, part in parts:
            offer = self._offers.get(row.resource)
            known = offer.field(part.partition(".")[2]) if offer else None
            if known is not None and known.stored is Stored.TEXT and not known.is_masked:
                found.append(Choice(part, known.title, part == chosen, self._label(row)))
        return found

    def _comparable(self, chosen: str) -> list[Group]:
        return _filled([self._group(row, lambda f: f.is_comparable, {chosen}) for row in self._readable()])

    def _readable(self) -> list[InputRow]:
        return [row for row in self._draft.inputs if row.presence != "absent"]

    def _group(self, row: InputRow, wanted: Wanted, chosen: set[str]) -> Group:
        fields = [one for one in _keys_first(self._offers.get(row.resource), every=True) if wanted(one)]
        parts = [(f"{row.name}.{one.name}", one.title) for one in fields]
        return Group(self._label(row), [Choice(part, title, part in chosen) for part, title in parts])

    def _label(self, row: InputRow) -> str:
        offer = self._offers.get(row.resource)
        same = [one.name for one in self._draft.inputs if row.resource and one.resource == row.resource]
        title = offer.title if offer else row.resource
        return f"{title}（{MARKS[same.index(row.name)]}）" if len(same) > 1 else title


def _keys_first(offer: Offer | None, *, every: bool = False) -> list[OfferedField]:
    """The subject stands first, as nearly everything is found by it; then the order of the register."""
    if offer is None:
        return []
    fields = [one for one in offer.fields if every or one.is_key]
    return sorted(fields, key=lambda one: one.name != offer.subject)


def _filled(groups: list[Group]) -> list[Group]:
    return [one for one in groups if one.choices]
