"""What the two desks show: the data centre's, which moderates, and a department's, which answers."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page
from django.utils import timezone

from haihe.base.accounts.api import Actor, Role
from haihe.data.participation import queries
from haihe.data.participation.models import AbuseReport, BrokenReport, DataRequest, PlanEntry, Reuse, Thread
from haihe.data.participation.pages.requests import Listed, listed
from haihe.data.participation.persons import departments


@dataclass(frozen=True, slots=True)
class ModerationDesk:
    """What waits for the data centre."""

    requests: tuple[Listed, ...]
    reuses: tuple[Reuse, ...]
    abuse: tuple[AbuseReport, ...]
    broken: tuple[BrokenReport, ...]
    may_act: bool
    complaint: str = ""

    @property
    def count(self) -> int:
        return len(self.requests) + len(self.reuses) + len(self.abuse) + len(self.broken)


def moderation_desk(actor: Actor, *, now: datetime, complaint: str = "") -> ModerationDesk:
    most = 100
    today, names = timezone.localdate(now), departments()
    return ModerationDesk(
        requests=listed(list(queries.requests_to_moderate()[:most]), names, today),
        reuses=tuple(queries.reuses_to_moderate()[:most]),
        abuse=tuple(queries.abuse_reports()[:most]),
        broken=tuple(queries.broken_reports()[:most]),
        may_act=actor.has(Role.OPERATOR),
        complaint=complaint,
    )


@dataclass(frozen=True, slots=True)
class AnsweringDesk:
    """What waits for a department: requests, its plan, questions."""

    rows: Page[DataRequest]
    requests: tuple[Listed, ...]
    plan: tuple[PlanEntry, ...]
    threads: tuple[Thread, ...]
    late: int


def answering_desk(actor: Actor, rows: Page[DataRequest], *, now: datetime) -> AnsweringDesk:
    today = timezone.localdate(now)
    return AnsweringDesk(
        rows=rows,
        requests=listed(rows, departments(), today),
        plan=tuple(queries.plan_of_mine(actor)[:50]),
        threads=tuple(queries.unanswered_threads(actor)[:50]),
        late=queries.answering_rows(actor).filter(due_on__lt=today).count(),
    )
