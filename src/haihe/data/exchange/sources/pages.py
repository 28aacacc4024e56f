"""What each page of sources shows."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.core.paginator import Page
from django.utils.translation import gettext as _

from haihe.data.exchange.connectors.ports import Leg, Legs
from haihe.data.exchange.quality.previewing import MappingPreview
from haihe.data.exchange.sources import wording
from haihe.data.exchange.sources.forms import ChooseForm, ScheduleForm, SourceForm
from haihe.data.exchange.sources.models import Source, SourceRun
from haihe.data.exchange.sources.wording import Text

_HIDDEN_SETTINGS: Final = {"authority", "query"}


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source in the list, with its newest fetch."""

    source: Source
    resource_title: str
    kind: Text
    run: SourceRun | None


@dataclass(frozen=True, slots=True)
class SourcesPage:
    rows: list[SourceRow]
    may_add: bool


@dataclass(frozen=True, slots=True)
class ChoosePage:
    form: ChooseForm
    kinds: list[tuple[str, Text, Text]]
    has_registers: bool


@dataclass(frozen=True, slots=True)
class SettingsPage:
    form: SourceForm
    kind: Text
    resource_title: str
    source: Source | None = None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class LegRow:
    name: Text
    state: str
    label: str
    told: str


@dataclass(frozen=True, slots=True)
class ProbePage:
    """How a test went, and what the first rows become; `mapping` where the test brought rows.

    `unread` says why the next file shows none.
    """

    source: Source
    legs: list[LegRow]
    failed: bool
    mapping: MappingPreview | None = None
    complaint: str = ""
    unread: str = ""


@dataclass(frozen=True, slots=True)
class PlanPage:
    source: Source
    form: ScheduleForm
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    title: Text
    at: datetime
    who: str
    tone: str


@dataclass(frozen=True, slots=True)
class SourcePage:
    source: Source
    resource_title: str
    kind: Text
    run: SourceRun | None
    runs: "Page[SourceRun]"
    settings: list[tuple[str, str]]
    events: list[Event]
    may_change: bool
    now: datetime

    @property
    def is_busy(self) -> bool:
        return self.run is not None and not self.run.is_finished

    @property
    def outcome(self) -> str:
        return outcome_of(self.run) if self.run else ""


@dataclass(frozen=True, slots=True)
class SourceRunPage:
    run: SourceRun
    resource_title: str
    events: list[Event] = field(default_factory=list)
    checked: bool = False

    @property
    def outcome(self) -> str:
        return outcome_of(self.run)

    @property
    def leg(self) -> Text:
        return wording.LEGS[Leg(self.run.leg)] if self.run.leg else ""


def outcome_of(run: SourceRun) -> str:
    return wording.told(run.fault or run.state, run.outcome)


def events_of_run(run: SourceRun) -> list[Event]:
    events = []
    for move in run.moves.all():
        title, tone = wording.MOVES[move.name]
        events.append(Event(title, move.at, move.by, tone))
    return events


def events_of_source(source: Source) -> list[Event]:
    return [Event(wording.EVENTS[event.name], event.at, event.by, "info") for event in source.events.all()]


def settings_of(source: Source, form: SourceForm) -> list[tuple[str, str]]:
    """Return the settings under the words of their form, long texts as their length."""
    shown = []
    for name, value in source.settings.items():
        if value in ("", [], {}, 0, None) or name not in form.fields:
            continue
        label = str(form.fields[name].label)
        shown.append((label, _shown(form.fields[name], name, value)))
    return shown


def legs_of(legs: Legs, connector: str) -> list[LegRow]:
    rows = [
        LegRow(wording.LEGS[leg.leg], "success", _("通"), wording.found_told(connector, leg.leg, leg.told))
        for leg in legs.found
    ]
    if legs.failed is not None:
        told = wording.told(legs.fault, legs.sentence)
        rows.append(LegRow(wording.LEGS[legs.failed], "danger", _("不通"), told))
    rows += [LegRow(wording.LEGS[leg], "neutral", _("未检查"), "") for leg in legs.skipped]
    return rows


def _shown(form_field: Any, name: str, value: Any) -> str:
    if name in _HIDDEN_SETTINGS:
        return _("%(n)s 字") % {"n": len(value)}
    if isinstance(value, list):
        return "、".join(value)
    if isinstance(value, dict):
        # A key that somebody wrote among the parameters is for those who may change it.
        return "、".join(f"{key}=…" for key in value)
    choices = dict(getattr(form_field, "choices", None) or ())
    return str(choices.get(value, value))
