"""Reads. Who may know of a case is decided here once: its applicant, and the clerks of the body that handles it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.utils import timezone

from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.platforms.services.errors import CaseNotFound
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.items.api import ItemDefinition, items_in_force
from haihe.platforms.services.models import Case, CaseParty
from haihe.platforms.services.parties import is_applicant
from haihe.platforms.services.workflow import UNDECIDED

_LONGEST_NUMBER: Final = 24
type Cases = QuerySet[Case]
DELEGATION: Final = "delegation"
"""What acting for somebody in the family rests on; the person can revoke it."""


@dataclass(frozen=True, slots=True)
class DeskTotals:
    """What a desk did on one day."""

    cases: int
    papers_saved: int
    trips_saved: int


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """Return the cases this actor may know of; others don't exist for them."""
    if actor is SYSTEM:
        return Case.objects.select_related("item")
    return Case.objects.select_related("item").filter(_is_handled(actor) | _is_own(actor))


def handled_cases(actor: Actor) -> QuerySet[Case]:
    """Return the cases in which this actor's bodies have work: as the one that handles it, or with a step in it.

    Approvers know of those that came to them, or that are late.
    """
    return Case.objects.select_related("item").filter(_is_handled(actor))


def _is_handled(actor: Actor) -> Q:
    bodies = actor.organisations(Role.CLERK, Role.APPROVER)
    with_a_step = CaseParty.objects.filter(organisation__in=bodies).values("case")
    return Q(organisation__in=actor.organisations(Role.CLERK)) | Q(pk__in=with_a_step)


def own_cases(actor: Actor) -> QuerySet[Case]:
    """Return the actor's own applications, whatever else the actor is: their matters, those they act for as long as
    they may, and those of a company they head.
    """
    return Case.objects.select_related("item").filter(_is_own(actor))


def _is_own(actor: Actor) -> Q:
    key = actor.subject_key
    if key is None or not actor.has(Role.CITIZEN):
        return Q(pk__in=())
    return Q(subject_key=key) | Q(representative_key=key) | (Q(actor_key=key) & _may_still_act(key))


def _may_still_act(key: bytes) -> Q:
    """What rests on a delegation is no longer theirs to see once that is over; a letter or guardianship stays."""
    allowed = ~Q(rests_on=DELEGATION)
    for held in forms.delegations_held(key, on=timezone.localdate()):
        in_item = Q(item_slug=held.item) if held.item else Q()
        allowed |= Q(subject_key=held.giver_key) & in_item
    return allowed


def desk_queue(actor: Actor) -> Cases:
    """Return the undecided cases of the desk: first those whose clock runs, soonest due first, then the oldest."""
    return desk_cases(actor).filter(state__in=UNDECIDED).order_by(F("due_at").asc(nulls_last=True), "opened_at", "id")


def desk_queue_parts(actor: Actor) -> tuple[Cases, Cases]:
    """Return the same queue in its two segments: those whose clock runs, and those whose doesn't."""
    undecided = desk_cases(actor).filter(state__in=UNDECIDED)
    running = undecided.filter(due_at__isnull=False).order_by("due_at", "opened_at", "id")
    return running, undecided.filter(due_at__isnull=True).order_by("opened_at", "id")


def listed(rows: Cases) -> Cases:
    """Return the rows with all that a list shows of them; each item is read once, however many cases it has."""
    return rows.select_related(None).prefetch_related("item", "verifications", "events")


def up_to(rows: Cases, most: int) -> int:
    """Count rows, but no more than so many: nobody waits for the count of everything."""
    return len(rows.order_by().values_list("pk", flat=True)[:most])


def with_number(rows: Cases, typed: str) -> Cases:
    """Return the case whose number was typed, or those whose number begins so; numbers are in capitals."""
    return rows.filter(number__startswith=typed.strip().upper()[:_LONGEST_NUMBER]).order_by("number")


def desk_cases(actor: Actor) -> QuerySet[Case]:
    """Return the cases of the organisations for which the actor sits at a window."""
    return Case.objects.select_related("item").filter(organisation__in=actor.organisations(Role.CLERK))


def desk_to_review(actor: Actor) -> Cases:
    """Return the cases of the desk whose answer was corrected after they rested on it."""
    flagged = Q(verifications__corrected_at__isnull=False, verifications__reviewed_at=None)
    return desk_cases(actor).filter(flagged).order_by("number").distinct()


def desk_items(actor: Actor) -> list[ItemDefinition]:
    """Return the items that this clerk's organisations handle and that a case can be opened for."""
    bodies = actor.organisations(Role.CLERK)
    return [item for item in items_in_force(authorities=bodies) if item.amount is not None]


def desk_totals(actor: Actor, *, on: date) -> DeskTotals:
    """Count what the clerk's organisations took in on that day."""
    start = timezone.make_aware(datetime.combine(on, time.min))
    today = desk_cases(actor).filter(opened_at__gte=start, opened_at__lt=start + timedelta(days=1))
    sums = today.aggregate(cases=Count("id"), papers=Sum("papers_saved"), trips=Sum("trips_saved"))
    return DeskTotals(sums["cases"], sums["papers"] or 0, sums["trips"] or 0)


def case_for(actor: Actor, number: str) -> Case:
    """Raises: CaseNotFound, for a forged number and for another's case alike."""
    case = visible_cases(actor).filter(number=number).first()
    if case is None:
        raise CaseNotFound
    return case


def stamp_of(case: Case) -> int:
    """Return a number that changes with each event of the case."""
    return case.events.aggregate(last=Max("id"))["last"] or 0


def roles_on(actor: Actor, case: Case) -> frozenset[str]:
    """Return the roles in which the actor may move this case. Nobody is the clerk of their own application (回避)."""
    if actor is SYSTEM:
        return frozenset({"SYSTEM"})
    if is_applicant(actor, case):
        return frozenset({str(Role.CITIZEN)}) if actor.has(Role.CITIZEN) else frozenset()
    return frozenset({str(Role.CLERK)}) if actor.has(Role.CLERK, case.organisation) else frozenset()
