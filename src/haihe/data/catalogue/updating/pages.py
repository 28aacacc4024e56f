"""What the pages of updates show, and what waits for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.base.accounts.api import Actor, Role
from haihe.data.catalogue import queries, wording
from haihe.data.catalogue.contents import content_of
from haihe.data.catalogue.deadlines import Deadline, deadline
from haihe.data.catalogue.models import Resource, Revision
from haihe.data.catalogue.pages import Action, Happened, happened
from haihe.data.catalogue.records import new_resource
from haihe.data.catalogue.versions.diff import Diff, diff
from haihe.data.catalogue.workflow import (
    NEEDS_WORDS,
    OPEN_REVISIONS,
    REVISION,
    Part,
    ResourceState,
    RevisionState,
)

type Text = str | Promise
_FAR = date.max


@dataclass(frozen=True, slots=True)
class RevisionPage:
    """One update: what it changes in what is published, its clock, and what this person may do."""

    revision: Revision
    row: Resource
    deadline: Deadline | None
    actions: list[Action]
    may_edit: bool
    diff: Diff | None
    history: list[Happened]
    complaint: str = ""

    @property
    def is_open(self) -> bool:
        return self.revision.state in OPEN_REVISIONS

    @property
    def waits_for_consent(self) -> bool:
        return self.revision.extension_asked_at is not None and self.revision.extended_at is None


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for this person."""

    title: str
    code: str
    owner: str
    what: Text
    since: datetime
    deadline: Deadline | None
    url: str


@dataclass(frozen=True, slots=True)
class DeskPage:
    """What waits for this person, the most urgent first, as far as a page goes; and what others let run out, for the
    authority. The counts are of all there is.
    """

    waiting: list[Task]
    waiting_count: int
    overdue_count: int
    late: list[Task]
    is_steward: bool

    @property
    def more(self) -> int:
        return self.waiting_count - len(self.waiting)


def revision_page(actor: Actor, revision: Revision, *, today: date, complaint: str = "") -> RevisionPage:
    row = revision.resource
    parts = queries.parts_on(actor, row)
    is_open = revision.state in OPEN_REVISIONS
    events = row.events.filter(facts__revision=revision.number).order_by("-id")
    return RevisionPage(
        revision=revision,
        row=row,
        deadline=deadline(revision.due_on, today) if revision.due_on else None,
        actions=[
            Action(move.name, wording.REVISION_BUTTONS[move.name], move.name in NEEDS_WORDS)
            for move in REVISION.allowed(revision.state, parts)
            if _makes_sense(revision, move.name)
        ],
        may_edit=revision.state == RevisionState.DRAFT and Part.OWNER_STEWARD in parts,
        diff=diff(content_of(new_resource(row)), revision.content, inside=True) if is_open else None,
        history=[happened(event) for event in events],
        complaint=complaint,
    )


def _makes_sense(revision: Revision, name: str) -> bool:
    """An extension is asked for once, where there is a clock, and consented to where it was asked for."""
    if name == "ask_extension":
        return revision.update_due_on is not None and revision.extension_asked_at is None
    if name == "consent_extension":
        return revision.extension_asked_at is not None and revision.extended_at is None
    return True


_ENTRIES: Final[Mapping[str, tuple[Role, Text]]] = {
    ResourceState.DRAFT: (Role.STEWARD, _("补充后提交本单位审核")),
    ResourceState.REGISTRATION_REVIEW: (Role.APPROVER, _("本单位审核")),
    ResourceState.REGISTERED: (Role.STEWARD, _("提交发布审核")),
    ResourceState.PUBLICATION_REVIEW: (Role.OPERATOR, _("发布审核")),
}
_REVISIONS: Final[Mapping[str, tuple[Role, Text]]] = {
    RevisionState.DRAFT: (Role.STEWARD, _("修改后提交更新")),
    RevisionState.OFFICE_REVIEW: (Role.APPROVER, _("审核更新")),
    RevisionState.AUTHORITY_REVIEW: (Role.OPERATOR, _("审核并发布更新")),
}
MOST_TASKS = 50


def desk_page(actor: Actor, *, today: date) -> DeskPage:
    """Return what waits for this person in all their roles."""
    entries = Resource.objects.filter(_mine(actor, _ENTRIES, "owner")).defer("found", "ranked")
    updates = Revision.objects.select_related("resource").filter(_mine(actor, _REVISIONS, "resource__owner"))
    waiting = [_entry_task(row, today) for row in _first(entries)]
    waiting += [_update_task(revision, _REVISIONS[revision.state][1], today) for revision in _first(updates)]
    asking = [_update_task(revision, _("答复延期申请"), today) for revision in _asking(actor)]
    late = [_update_task(revision, _("提供部门逾期未更新"), today) for revision in _first(_late(actor, today))]
    return DeskPage(
        waiting=sorted([*waiting, *asking], key=_urgency)[:MOST_TASKS],
        waiting_count=entries.count() + updates.count() + len(asking),
        overdue_count=entries.filter(due_on__lt=today).count() + updates.filter(due_on__lt=today).count(),
        late=sorted(late, key=_urgency),
        is_steward=actor.has(Role.STEWARD),
    )


def _first[Row: (Resource, Revision)](rows: "QuerySet[Row]") -> "QuerySet[Row]":
    """Return the most urgent, as many as a page shows."""
    return rows.order_by(F("due_on").asc(nulls_last=True), "updated_at")[:MOST_TASKS]


def _mine(actor: Actor, table: Mapping[str, tuple[Role, Text]], owner: str) -> Q:
    """Match what waits for one of the actor's roles, in their own departments (the authority: anywhere)."""
    wanted = Q(pk__in=())
    for state, (role, _what) in table.items():
        if role == Role.OPERATOR:
            wanted |= Q(state=state) if actor.has(role) else Q(pk__in=())
        else:
            wanted |= Q(state=state, **{f"{owner}__in": actor.organisations(role)})
    return wanted


def _asking(actor: Actor) -> "QuerySet[Revision]":
    """Return the updates whose owner waits for the authority's consent."""
    return _with_owner(actor).filter(extension_asked_at__isnull=False, extended_at__isnull=True)


def _late(actor: Actor, today: date) -> "QuerySet[Revision]":
    return _with_owner(actor).filter(due_on__lt=today)


def _with_owner(actor: Actor) -> "QuerySet[Revision]":
    """Return the updates that the authority watches while their owners have them; none for others."""
    states = (RevisionState.DRAFT, RevisionState.OFFICE_REVIEW) if actor.has(Role.OPERATOR) else ()
    return Revision.objects.select_related("resource").filter(state__in=states)


def _entry_task(row: Resource, today: date) -> Task:
    what = _ENTRIES[row.state][1]
    url = reverse("catalogue:resource", args=[row.code])
    return Task(row.title, row.code, row.owner, what, row.updated_at, _clock(row.due_on, today), url)


def _update_task(revision: Revision, what: Text, today: date) -> Task:
    row, url = revision.resource, reverse("catalogue:revision", args=[revision.pk])
    return Task(row.title, row.code, row.owner, what, revision.updated_at, _clock(revision.due_on, today), url)


def _clock(due_on: date | None, today: date) -> Deadline | None:
    return deadline(due_on, today) if due_on else None


def _urgency(task: Task) -> tuple[date, datetime]:
    return (task.deadline.due_on if task.deadline and task.deadline.due_on else _FAR, task.since)
