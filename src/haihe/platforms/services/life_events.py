"""A life event (一件事) as its pages show it: each case on a line, with its lamp and what comes next, and no values."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from haihe.base.accounts.api import Actor
from haihe.platforms.services.items import api as items
from haihe.platforms.services.models import Case, Channel, LifeEvent, LifeEventCase
from haihe.platforms.services.outcomes import banner_of
from haihe.platforms.services.pages import CaseRow, case_row
from haihe.platforms.services.queries import handled_cases, listed, own_cases
from haihe.platforms.services.wording import organisation_names
from haihe.platforms.services.workflow import ENDED, CaseState

_NEWEST = 5
_ASKS_THE_PERSON = frozenset({CaseState.SUPPLEMENTING, CaseState.AWAITING_PAPER})


@dataclass(frozen=True, slots=True)
class LifeEventLine:
    """One case; `url` is "" where the reader may know how it stands, not open it. `next` is for its applicant."""

    row: CaseRow
    authority: str
    url: str
    next: str = ""
    is_this: bool = False

    @property
    def waits_for_the_person(self) -> bool:
        return self.row.case.state in _ASKS_THE_PERSON


@dataclass(frozen=True, slots=True)
class LifeEventPage:
    """A life event with those of its cases that the reader may know of."""

    event: LifeEvent
    name: str
    icon: str
    lines: list[LifeEventLine]

    @property
    def done(self) -> int:
        return sum(line.row.case.state in ENDED for line in self.lines)

    @property
    def to_do(self) -> int:
        return sum(line.waits_for_the_person for line in self.lines)


def own_life_event(actor: Actor, number: str, *, now: datetime) -> LifeEventPage | None:
    """Return a life event of which the actor has a case; None for a forged number and for another's alike."""
    mine = own_cases(actor).filter(in_life_event__event__number=number)
    cases = list(listed(mine).order_by("in_life_event__place"))
    return _page(number, cases, {case.pk for case in cases}, "services:case", now=now) if cases else None


def desk_life_event(actor: Actor, number: str, *, now: datetime, this: Case | None = None) -> LifeEventPage | None:
    """Return a life event in which the actor's body handles a case, or that they took in at a window themselves.

    They learn how the cases of other departments stand, and nothing that was said in them.
    """
    cases = list(listed(Case.objects.filter(in_life_event__event__number=number)).order_by("in_life_event__place"))
    handled = set(handled_cases(actor).filter(in_life_event__event__number=number).values_list("pk", flat=True))
    if not cases or not (handled or _took_it_in(actor, number)):
        return None
    return _page(number, cases, handled, "services:desk-case", now=now, this=this)


def _took_it_in(actor: Actor, number: str) -> bool:
    if actor.user_id is None:
        return False
    return LifeEvent.objects.filter(number=number, opened_by=actor.user_id, channel=Channel.WINDOW).exists()


def life_event_of(case: Case) -> str:
    """Return the number of the life event that a case belongs to; "" for most."""
    found = LifeEventCase.objects.filter(case=case).values_list("event__number", flat=True).first()
    return found or ""


def own_life_events(actor: Actor) -> list[tuple[LifeEvent, str]]:
    """Return the newest life events of which the actor has a case, each with its name."""
    mine: QuerySet[LifeEventCase] = LifeEventCase.objects.filter(case__in=own_cases(actor).order_by().values("pk"))
    rows = LifeEvent.objects.filter(pk__in=mine.values("event"))[:_NEWEST]
    return [(row, _bundle_name(row.bundle)) for row in rows]


def cases_together(number: str) -> list[str]:
    """Return the numbers of the cases of a life event, in its order; none where it is no life event's number."""
    rows = LifeEventCase.objects.filter(event__number=number).order_by("place")
    return list(rows.values_list("case__number", flat=True))


def _page(
    number: str, cases: list[Case], may_open: set[int], page: str, *, now: datetime, this: Case | None = None
) -> LifeEventPage:
    event = LifeEvent.objects.get(number=number)
    names = organisation_names([case.organisation for case in cases])
    is_own = page == "services:case"
    lines = [
        LifeEventLine(
            row=case_row(case, now=now),
            authority=names[case.organisation],
            url=reverse(page, args=[case.number]) if case.pk in may_open and case != this else "",
            next=banner_of(case, list(case.verifications.all())).told if is_own else "",
            is_this=case == this,
        )
        for case in cases
    ]
    bundle = items.bundle_of(f"{items.PREFIX}{event.bundle}")
    return LifeEventPage(event, _bundle_name(event.bundle), bundle.icon if bundle else "list-check", lines)


def _bundle_name(slug: str) -> str:
    bundle = items.bundle_of(f"{items.PREFIX}{slug}")
    return str(bundle.name) if bundle else slug
