"""What the pages of discussions show."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.paginator import Page
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role
from haihe.data.participation import queries
from haihe.data.participation.models import Association, Post, Thread, ThreadState
from haihe.data.participation.operations.discussing import is_official, may_close
from haihe.data.participation.pages.moving import Line, history
from haihe.data.participation.persons import departments
from haihe.data.participation.subjects import SubjectInfo, subject_for, subjects_for


@dataclass(frozen=True, slots=True)
class Listed:
    """One discussion of a list, with what it is about."""

    row: Thread
    subject: SubjectInfo


@dataclass(frozen=True, slots=True)
class ThreadsPage:
    """Discussions, of one subject or of all."""

    rows: Page[Thread]
    listed: tuple[Listed, ...]
    subject: SubjectInfo | None
    kind: str
    about: str


def threads_page(actor: Actor, rows: Page[Thread], *, kind: str, about: str) -> ThreadsPage:
    """Raises: NotFound (a subject that the actor may not know of)."""
    one = subject_for(actor, kind, about) if kind else None
    known = subjects_for(actor, ((row.subject, row.about) for row in rows))
    listed = (Listed(row, known[row.subject, row.about]) for row in rows if (row.subject, row.about) in known)
    return ThreadsPage(rows, tuple(listed), one, kind, about)


@dataclass(frozen=True, slots=True)
class NewThreadPage:
    """The form of a new discussion."""

    subject: SubjectInfo
    kind: str
    about: str
    told: Mapping[str, str]
    complaint: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One contribution as the page shows it. `words` empty where it is hidden from this reader."""

    row: Post
    office: str
    words: str
    may_report: bool


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """One discussion."""

    row: Thread
    title: str
    subject: SubjectInfo
    rows: Page[Post]
    posts: tuple[Said, ...]
    history: tuple[Line, ...]
    may_write: bool
    may_close: bool
    may_moderate: bool
    writes_as: str
    is_signed_in: bool
    told: Mapping[str, str] = field(default_factory=dict)
    complaint: str = ""


def thread_page(
    actor: Actor, row: Thread, posts: Page[Post], *, told: Mapping[str, str] | None = None, complaint: str = ""
) -> ThreadPage:
    """Raises: NotFound (its subject is gone for this actor)."""
    names, moderates = departments(), actor.has(Role.OPERATOR)
    bodies = {post.organisation for post in posts if post.organisation.startswith("XH")}
    names |= dict(Association.objects.filter(code__in=bodies).values_list("code", "name")) if bodies else {}
    is_open = row.state == ThreadState.OPEN
    return ThreadPage(
        row=row,
        title=row.title if moderates or not queries.is_question_hidden(row) else _("已隐藏的讨论"),
        subject=subject_for(actor, row.subject, row.about),
        rows=posts,
        posts=tuple(_said(post, names, actor, moderates) for post in posts),
        history=history(row),
        may_write=actor.is_signed_in and is_open,
        may_close=is_open and may_close(actor, row),
        may_moderate=moderates,
        writes_as=names.get(row.owner, "") if is_official(actor, row) else "",
        is_signed_in=actor.is_signed_in,
        told=told or {},
        complaint=complaint,
    )


def _said(post: Post, names: Mapping[str, str], actor: Actor, moderates: bool) -> Said:
    hidden = post.hidden_at is not None
    words = "" if hidden and not moderates else post.body
    may_report = actor.is_signed_in and not hidden and post.author != actor.user_id
    return Said(post, names.get(post.organisation, post.organisation), words, may_report)
