"""The components of the pages: what each knows. Its look is `templates/ui/<name>.html`, its tag in `{% load haihe %}`.

Lower storeys may not import `web`, so their templates call the tags with plain values; the tag makes the dataclass,
which is where types and defaults are settled, and renders the template with it as `c`. All are shown on /ui.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise

Text = str | Promise

TONES = ("neutral", "info", "success", "warning", "danger")
ICONS = {
    "neutral": "circle-dashed",
    "info": "info-circle",
    "success": "circle-check",
    "warning": "alert-triangle",
    "danger": "alert-octagon",
}
_TONES_OF_STATES = {
    "success": "ACTIVE APPROVED MATCH PUBLISHED DONE SUCCEEDED SEALED COMPLETED ACCEPTED VERIFIED CORRECTED OK "
    "SETTLED DECIDED CONSENTED RESTORED CONFIRMED SAME FULFILLED ALREADY_OPEN",
    "info": "SUBMITTED IN_REVIEW RUNNING RECEIVED PREPARING RECEIVING PENDING OPEN IN_PROGRESS VERIFYING "
    "REGISTERED CHECKING REGISTRATION_REVIEW PUBLICATION_REVIEW OFFICE_REVIEW AUTHORITY_REVIEW PRE_REVIEW "
    "QUEUED DUE REPORTED FETCHING HANDED_OVER NEGOTIATING MEDIATING GOVERNMENT CONSULTING FILED "
    "ASSIGNED VISITED APPLIED HEARD REFERRED FORWARDED FOLLOWING ANSWERED PLANNED",
    "warning": "UNKNOWN SUSPENDED HELD WAITING RETURNED STALE AWAITING_PAPER PAPER EXPIRED WARNING REVISION OBJECTED "
    "TO_FILE TOLD WRONG DISPUTED POSTPONED BROKEN HIDDEN HANDED_BACK",
    "danger": "REFUSED REJECTED FAILED NO_MATCH TERMINATED OVERDUE ALTERED MISSING ERROR STOPPED TO_RESTORE",
    "neutral": "DRAFT WITHDRAWN CLOSED ENDED CANCELLED RETIRED",
}
_TONE_OF_STATE = {state: tone for tone, states in _TONES_OF_STATES.items() for state in states.split()}


def tone_of(state: str) -> str:
    """Return the tone of a stored state; a state nobody listed is neutral, never alarming."""
    return state if state in TONES else _TONE_OF_STATE.get(state, "neutral")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number on a tile. `value` None: not connected yet, and the tile says so rather than show a zero."""

    label: Text
    value: int | Decimal | None
    unit: Text = ""
    hint: Text = ""
    href: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """A state in one word, with an icon, so that colour is never the only sign."""

    label: Text
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class Empty:
    """A list without rows: why, and what one can do."""

    title: Text
    hint: Text = ""
    href: str = ""
    action: Text = ""
    icon: str = "inbox"


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to notice, inside the page. `danger` interrupts screen readers, the others wait."""

    tone: str
    title: Text
    body: str
    icon: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a stepper, as seen from the current one."""

    number: int
    label: Text
    state: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a whole: a bar and its words. Nothing of nothing is nothing."""

    label: Text
    value: int
    whole: int

    @property
    def percent(self) -> int:
        return round(100 * self.value / self.whole) if self.whole else 0


@dataclass(frozen=True, slots=True)
class Masked:
    """A personal value hidden at first. Give `plain` only to those who may see it: it is in the page's source."""

    masked: str
    plain: str = ""


def steps_of(labels: Sequence[Text], current: int) -> list[Step]:
    """Number the labels from 1; those before `current` are done. `current` past the end: all are done."""
    return [
        Step(n, label, "done" if n < current else "current" if n == current else "ahead")
        for n, label in enumerate(labels, 1)
    ]
