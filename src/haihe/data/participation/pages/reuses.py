"""What the pages of the showcase show."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.paginator import Page
from django.utils.functional import Promise

from haihe.base.accounts.api import Actor, Role
from haihe.data.open import api as open_data
from haihe.data.participation import queries
from haihe.data.participation.models import Reuse, ReuseKind, Subject, Thread, Vouching
from haihe.data.participation.pages.moving import Button, Line, buttons, history
from haihe.data.participation.persons import parts_on
from haihe.data.participation.workflow import REUSE, REUSES_FOR_ALL, ReuseState

type Text = str | Promise


@dataclass(frozen=True, slots=True)
class ReusesPage:
    """What is on show, and what of one's own isn't yet."""

    rows: Page[Reuse]
    kinds: tuple[tuple[str, Text], ...]
    kind: str
    dataset: open_data.DatasetInfo | None
    vouched: bool
    mine: tuple[Reuse, ...]
    is_signed_in: bool


def reuses_page(actor: Actor, rows: Page[Reuse], *, kind: str, dataset: str, vouched: bool) -> ReusesPage:
    mine = queries.reuses_of(actor).exclude(state__in=(*REUSES_FOR_ALL, ReuseState.WITHDRAWN))[:20]
    return ReusesPage(
        rows=rows,
        kinds=tuple(ReuseKind.choices),
        kind=kind,
        dataset=open_data.datasets_named([dataset]).get(dataset) if dataset else None,
        vouched=vouched,
        mine=tuple(mine),
        is_signed_in=actor.is_signed_in,
    )


@dataclass(frozen=True, slots=True)
class ReuseForm:
    """The form of a new reuse, or of one to be told anew."""

    row: Reuse | None
    told: Mapping[str, object]
    kinds: tuple[tuple[str, Text], ...]
    datasets: tuple[open_data.DatasetInfo, ...]
    complaint: str = ""


def reuse_form(row: Reuse | None, told: Mapping[str, object], complaint: str = "") -> ReuseForm:
    return ReuseForm(row, told, tuple(ReuseKind.choices), tuple(open_data.datasets_of("")), complaint)


@dataclass(frozen=True, slots=True)
class ReusePage:
    """One reuse."""

    row: Reuse
    has_picture: bool
    datasets: tuple[open_data.DatasetInfo, ...]
    vouchings: tuple[Vouching, ...]
    threads: tuple[Thread, ...]
    buttons: tuple[Button, ...]
    history: tuple[Line, ...]
    is_public: bool
    may_revise: bool
    may_vouch: bool
    mine: frozenset[str]
    is_signed_in: bool
    told: Mapping[str, str] = field(default_factory=dict)
    complaint: str = ""

    @property
    def host(self) -> str:
        """Where the link leads, to be seen before it is followed."""
        return self.row.address.removeprefix("https://").partition("/")[0]


def reuse_page(actor: Actor, row: Reuse, *, told: Mapping[str, str] | None = None, complaint: str = "") -> ReusePage:
    vouchings = tuple(row.vouchings.select_related("association"))
    mine = actor.organisations(Role.ASSOCIATION)
    vouched = {one.association_id for one in vouchings if one.ended_at is None}
    may_vouch = row.state == ReuseState.PUBLISHED and row.author != actor.user_id and bool(mine - vouched)
    return ReusePage(
        row=row,
        has_picture=bool(getattr(row, "has_picture", False)),
        datasets=tuple(open_data.datasets_named(row.datasets).values()),
        vouchings=vouchings,
        threads=tuple(queries.threads(Subject.REUSE, str(row.pk))[:5]),
        buttons=buttons(actor, row),
        history=history(row),
        is_public=row.state in REUSES_FOR_ALL,
        may_revise=any(move.name == "revise" for move in REUSE.allowed(row.state, parts_on(actor, row))),
        may_vouch=may_vouch,
        mine=mine,
        is_signed_in=actor.is_signed_in,
        told=told or {},
        complaint=complaint,
    )
