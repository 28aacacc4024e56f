"""What pages show of a thing's life: the lines of its history, its clock, and the moves one may make now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext

from haihe.base.history.api import clause_told
from haihe.data.sharing import wording
from haihe.data.sharing.models import SharingEvent
from haihe.data.sharing.source_versions import CHANGED, told_in_words
from haihe.data.sharing.workflow import Part
from haihe.data.sharing.workflow_opening import ALL_NEEDS_WORDS, OPENING
from haihe.kernel.clocks import Lamp, lamp, working_days_left
from haihe.kernel.workflow import Move, Workflow

type Text = str | Promise
_TONES = {Lamp.RED: "danger", Lamp.YELLOW: "warning", Lamp.GREEN: "success", Lamp.UNKNOWN: "neutral"}


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of history, as the time line tag wants it."""

    title: Text
    at: datetime
    who: str
    detail: str
    tone: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """A running legal clock with its light (红黄灯)."""

    due_on: date | None
    tone: str
    left: str


@dataclass(frozen=True, slots=True)
class Action:
    """A move this person may make now; `prompt` asks for the words where the move needs them."""

    name: str
    label: Text
    prompt: Text
    is_main: bool
    wants_day: bool = False
    wants_disposal: bool = False
    wants_outcome: bool = False
    wants_document: bool = False


def happened(events: Iterable[SharingEvent]) -> list[Happened]:
    """Return the lines, the newest first."""
    return [_line(event) for event in sorted(events, key=lambda event: -event.pk)]


def deadline(due_on: date | None, today: date) -> Deadline:
    days = working_days_left(due_on, today) if due_on else None
    return Deadline(due_on, _TONES[lamp(due_on, today)], wording.left(days))


def actions(workflow: Workflow, moves: Iterable[Move], *, leave_out: frozenset[str] = frozenset()) -> list[Action]:
    """Return the moves as buttons, those that lead on first. What the table allows is all there is."""
    found = [
        Action(
            name=move.name,
            label=wording.button(workflow, move.name),
            prompt=wording.PROMPTS[move.name] if move.name in ALL_NEEDS_WORDS else "",
            is_main=wording.is_main(move.name),
            wants_day=move.name in {"suspend", "reject_put_right"} and workflow is not OPENING,
            wants_disposal=move.name == "report_disposal",
            wants_outcome=move.name in {"settle", "settle_by_mediation", "record_decision"},
            wants_document=move.name == "record_decision",
        )
        for move in moves
        if move.name not in leave_out
    ]
    return sorted(found, key=lambda action: not action.is_main)


def _line(event: SharingEvent) -> Happened:
    name = gettext("系统") if event.part == Part.SYSTEM else event.actor_name
    words = told_in_words(event) if event.name == CHANGED else event.words
    who = " · ".join(part for part in (name, wording.organisation_name(event.organisation)) if part)
    return Happened(
        title=wording.HAPPENED.get(event.name, event.name),
        at=event.at,
        who=who,
        detail=" · ".join(part for part in (words, clause_told(event.clause)) if part),
        tone=wording.tone(event.name),
    )
