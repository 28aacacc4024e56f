"""How fast an answer is promised: the law's figure, or what city or department promise beyond it."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from haihe.base.accounts.api import Actor, Role
from haihe.data.sharing.models import ClockPolicy
from haihe.data.sharing.workflow import BY_POLICY, CITY_CLOCKS, CLOCKS, ClockName
from haihe.kernel.clocks import Clock


@dataclass(frozen=True, slots=True)
class Promises:
    """A clock of the law with what is promised beyond it, the city's first, each scope's newest row."""

    name: ClockName
    law: Clock
    rows: tuple[ClockPolicy, ...]

    @property
    def is_law(self) -> bool:
        """True where the figure is the law's own, and not the city's beside the law's duty."""
        return self.name not in CITY_CLOCKS

    @property
    def is_by_policy(self) -> bool:
        """True for what happens only where somebody set it."""
        return self.name in BY_POLICY


def working_days(clock: ClockName, *, owner: str, resource: str) -> int:
    """Return how many working days the owner has for this resource: the fewest of all promises, never above the law."""
    promised = promised_days(clock, owner=owner, resource=resource)
    return CLOCKS[clock].working_days if promised is None else min(CLOCKS[clock].working_days, promised)


def promised_days(clock: ClockName, *, owner: str, resource: str) -> int | None:
    """Return the fewest working days that anybody promises for this resource; None where nobody does."""
    scopes = Q(owner="") | Q(owner=owner, resource__in=("", resource))
    rows = ClockPolicy.objects.filter(scopes, clock=clock)
    promised = [row.working_days for row in _newest(rows) if row.working_days is not None]
    return min(promised, default=None)


def promises() -> list[Promises]:
    """Return all clocks with the promises in force."""
    rows = [row for row in _newest(ClockPolicy.objects.all()) if row.working_days is not None]
    return [
        Promises(name, clock, tuple(sorted((r for r in rows if r.clock == name), key=lambda r: (r.owner, r.resource))))
        for name, clock in CLOCKS.items()
    ]


def may_promise_for(actor: Actor) -> frozenset[str]:
    """Return for whom this actor may set clocks: departments by code, "" for the whole city."""
    city = {""} if actor.has(Role.OPERATOR) else set[str]()
    return frozenset(city | actor.organisations(Role.APPROVER))


def _newest(rows: QuerySet[ClockPolicy]) -> QuerySet[ClockPolicy]:
    return rows.order_by("clock", "owner", "resource", "-id").distinct("clock", "owner", "resource")
