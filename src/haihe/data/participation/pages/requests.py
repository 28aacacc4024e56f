"""What the pages of data requests show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.paginator import Page
from django.utils import timezone
from django.utils.functional import Promise

from haihe.base.accounts.api import Actor
from haihe.data.open import api as open_data
from haihe.data.participation import queries
from haihe.data.participation.models import Bundle, DataRequest, RequestFeedback, Subject, Thread
from haihe.data.participation.pages.moving import Button, Line, buttons, history
from haihe.data.participation.persons import departments
from haihe.data.participation.queries import RequestFilters
from haihe.data.participation.workflow import (
    ANSWER,
    HELPFUL_REQUESTS,
    MODERATION,
    REQUESTS_FOR_ALL,
    RUNNING_REQUESTS,
    UNANSWERED,
    VOTABLE,
    RefusalGround,
    RequestState,
)
from haihe.kernel.clocks import Lamp, lamp, working_days_left

type Text = str | Promise


@dataclass(frozen=True, slots=True)
class Clock:
    """How the answer's deadline stands. `days`: working days left, or past it; None beyond the calendar."""

    due_on: date | None
    lamp: Lamp
    days: int | None

    @property
    def is_late(self) -> bool:
        return self.lamp == Lamp.RED


def clock_of(row: DataRequest, today: date) -> Clock | None:
    if row.state not in RUNNING_REQUESTS:
        return None
    left = working_days_left(row.due_on, today) if row.due_on else None
    return Clock(row.due_on, lamp(row.due_on, today), abs(left) if left is not None else None)


@dataclass(frozen=True, slots=True)
class Listed:
    """One request of a list."""

    row: DataRequest
    owner: str
    clock: Clock | None


@dataclass(frozen=True, slots=True)
class RequestsPage:
    """What people asked for."""

    rows: Page[DataRequest]
    listed: tuple[Listed, ...]
    filters: RequestFilters
    states: tuple[tuple[str, Text, int], ...]
    owners: tuple[tuple[str, str], ...]
    total: int
    answered: int
    late: int
    is_signed_in: bool

    @property
    def is_filtered(self) -> bool:
        return any((self.filters.q, self.filters.state, self.filters.owner, self.filters.show))


def requests_page(actor: Actor, rows: Page[DataRequest], filters: RequestFilters, *, now: datetime) -> RequestsPage:
    today, names, counts = timezone.localdate(now), departments(), queries.request_counts()
    return RequestsPage(
        rows=rows,
        listed=listed(rows, names, today),
        filters=filters,
        states=tuple((value, RequestState(value).label, counts.get(value, 0)) for value in REQUESTS_FOR_ALL),
        owners=tuple(names.items()),
        total=sum(counts.values()),
        answered=sum(counts.values()) - sum(counts.get(state, 0) for state in UNANSWERED),
        late=queries.late_requests(today),
        is_signed_in=actor.is_signed_in,
    )


def listed(rows: "Page[DataRequest] | list[DataRequest]", names: Mapping[str, str], today: date) -> tuple[Listed, ...]:
    return tuple(Listed(row, names.get(row.owner, ""), clock_of(row, today)) for row in rows)


@dataclass(frozen=True, slots=True)
class NewRequestPage:
    """The form. `similar` and `datasets`: what may be meant already; once seen, it may be sent all the same."""

    told: Mapping[str, str]
    owners: tuple[tuple[str, str], ...]
    datasets: tuple[open_data.DatasetInfo, ...] = ()
    similar: tuple[DataRequest, ...] = ()
    moderation_days: int = MODERATION.working_days
    answer_days: int = ANSWER.working_days
    complaint: str = ""


def new_request_page(told: Mapping[str, str], *, look: bool, complaint: str = "") -> NewRequestPage:
    datasets, similar = meant_already(told.get("title", "")) if look else ((), ())
    return NewRequestPage(told, tuple(departments().items()), datasets, similar, complaint=complaint)


def meant_already(title: str) -> tuple[tuple[open_data.DatasetInfo, ...], tuple[DataRequest, ...]]:
    """Return open datasets and public requests that say something like it."""
    text = title.replace("\x00", "")[:60].strip()
    return tuple(open_data.datasets_like(text, limit=queries.SIMILAR)), tuple(queries.similar_requests(text))


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One request."""

    row: DataRequest
    owner: str
    wished_owner: str
    clock: Clock | None
    dataset: open_data.DatasetInfo | None
    buttons: tuple[Button, ...]
    history: tuple[Line, ...]
    bundles: tuple[Bundle, ...]
    threads: tuple[Thread, ...]
    feedback: tuple[RequestFeedback, ...]
    said: int
    helped: int
    is_mine: bool
    has_voted: bool
    may_vote: bool
    may_say: bool
    is_signed_in: bool
    owners: tuple[tuple[str, str], ...]
    datasets: tuple[open_data.DatasetInfo, ...]
    grounds: tuple[tuple[str, Text], ...]
    told: Mapping[str, str] = field(default_factory=dict)
    complaint: str = ""

    @property
    def ground(self) -> Text:
        return RefusalGround(self.row.ground).label if self.row.ground else ""

    @property
    def follow_query(self) -> str:
        """What tells rooms above which request this is."""
        return f"request={self.row.number}"

    @property
    def is_handed_back(self) -> bool:
        return self.row.state == RequestState.HANDED_BACK

    @property
    def is_public(self) -> bool:
        return self.row.state in REQUESTS_FOR_ALL


def request_page(
    actor: Actor, row: DataRequest, *, now: datetime, told: Mapping[str, str] | None = None, complaint: str = ""
) -> RequestPage:
    names, made = departments(), buttons(actor, row)
    feedback, said, helped = queries.feedback_on(row)
    is_mine = actor.user_id is not None and row.requester == actor.user_id
    has_voted = queries.has_voted(actor, row)
    is_votable = row.state in VOTABLE
    needs_datasets = any("dataset" in button.fields for button in made)
    return RequestPage(
        row=row,
        owner=names.get(row.owner, row.owner),
        wished_owner=names.get(row.wished_owner, ""),
        clock=clock_of(row, timezone.localdate(now)),
        dataset=open_data.datasets_named([row.dataset]).get(row.dataset) if row.dataset else None,
        buttons=made,
        history=history(row),
        bundles=tuple(queries.bundles_with(row)),
        threads=tuple(queries.threads(Subject.REQUEST, row.number)[:5]),
        feedback=tuple(feedback),
        said=said,
        helped=helped,
        is_mine=is_mine,
        has_voted=has_voted,
        may_vote=actor.is_signed_in and is_votable and not is_mine,
        may_say=(is_mine or has_voted) and row.state in HELPFUL_REQUESTS,
        is_signed_in=actor.is_signed_in,
        owners=tuple(names.items()),
        datasets=tuple(open_data.datasets_of(row.owner)) if needs_datasets else (),
        grounds=tuple((value, label) for value, label in RefusalGround.choices),
        told=told or {},
        complaint=complaint,
    )
