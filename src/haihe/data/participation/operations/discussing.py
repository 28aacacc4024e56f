"""Begin a discussion, answer, close it. A department's word is marked as official."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role
from haihe.data.participation.errors import NotNow
from haihe.data.participation.events import DISCUSSION_ANSWERED, DISCUSSION_STARTED, announce
from haihe.data.participation.limits import check_pace
from haihe.data.participation.models import Post, Thread, ThreadState
from haihe.data.participation.operations.recording import record
from haihe.data.participation.persons import association_of, shown_name, signed_in
from haihe.data.participation.queries import thread as thread_called
from haihe.data.participation.subjects import SubjectInfo, subject_for
from haihe.data.participation.telling import path_of, tell_of_answer, tell_of_thread
from haihe.data.participation.texts import line, paragraphs

LONGEST_POST = 2000
_TWICE = timedelta(minutes=1)
"""The same words within so short a time are a form that was sent twice."""


def start_thread(*, actor: Actor, subject: str, about: str, title: str, body: str, now: datetime) -> uuid.UUID:
    """Ask something about a dataset, a request or a reuse. Raises: NotFound, NotPermitted, InputRefused, TooMany."""
    found = subject_for(actor, subject, about)
    person = signed_in(actor)
    told, words = line(title, longest=60, label=_("标题")), _body(body)
    with transaction.atomic():
        mine = Thread.objects.filter(author=person)
        check_pace(person, "thread", mine, at="started_at", now=now)
        same = mine.filter(subject=subject, about=about, title=told, started_at__gt=now - _TWICE).first()
        if same is not None:
            return same.pk
        row = Thread.objects.create(
            subject=subject,
            about=about,
            owner=found.owner,
            title=told,
            author=person,
            started_at=now,
            last_at=now,
        )
        _write(row, actor, words, now)
        _announce(DISCUSSION_STARTED, row, found, now)
        tell_of_thread(row, now=now)
    return row.pk


def answer_thread(*, actor: Actor, pk: uuid.UUID, body: str, now: datetime) -> None:
    """Write into an open discussion. Raises: NotFound, NotPermitted, NotNow, InputRefused, TooMany."""
    person, words = signed_in(actor), _body(body)
    with transaction.atomic():
        row = _locked(pk)
        found = subject_for(actor, row.subject, row.about)
        if row.state != ThreadState.OPEN:
            raise NotNow(_("讨论已经结束，请另开一个。"))
        check_pace(person, "post", Post.objects.filter(author=person), at="at", now=now)
        if row.posts.filter(author=person, body=words, at__gt=now - _TWICE).exists():
            return
        post = _write(row, actor, words, now)
        row.last_at = now
        if post.is_official:
            row.answered_at = row.answered_at or now
        row.save(update_fields=["last_at", "answered_at"])
        if post.is_official:
            _announce(DISCUSSION_ANSWERED, row, found, now)
        tell_of_answer(row, post, now=now)


def close_thread(*, actor: Actor, pk: uuid.UUID, now: datetime) -> None:
    """Let nobody write any more: by who began it, the department, or the data centre.

    Raises: NotFound, NotPermitted, NotNow.
    """
    with transaction.atomic():
        row = _locked(pk)
        subject_for(actor, row.subject, row.about)
        if not may_close(actor, row):
            raise NotPermitted("closed by who began it, the department or the data centre")
        if row.state != ThreadState.OPEN:
            raise NotNow(_("讨论已经结束。"))
        row.state = ThreadState.CLOSED
        row.save(update_fields=["state"])
        record(row, actor, "close", now=now, source=ThreadState.OPEN, target=row.state, part=_part(actor, row))


def may_close(actor: Actor, row: Thread) -> bool:
    began_it = actor.user_id is not None and actor.user_id == row.author
    return began_it or is_official(actor, row) or actor.has(Role.OPERATOR)


def is_official(actor: Actor, row: Thread) -> bool:
    """Whether the actor speaks for the department that answers for the subject."""
    return bool(row.owner) and (actor.has(Role.STEWARD, row.owner) or actor.has(Role.APPROVER, row.owner))


def _part(actor: Actor, row: Thread) -> str:
    if is_official(actor, row):
        return "OWNER_STEWARD"
    return "AUTHORITY" if actor.has(Role.OPERATOR) else "AUTHOR"


def _body(text: str) -> str:
    return paragraphs(text, longest=LONGEST_POST, label=_("内容"))


def _write(row: Thread, actor: Actor, words: str, now: datetime) -> Post:
    official, body = is_official(actor, row), association_of(actor)
    Thread.objects.filter(pk=row.pk).update(posts_count=F("posts_count") + 1)
    return Post.objects.create(
        thread=row,
        body=words,
        author=signed_in(actor),
        author_name=shown_name(actor),
        organisation=row.owner if official else body.code if body else "",
        is_official=official,
        at=now,
    )


def _announce(topic: str, row: Thread, found: SubjectInfo, now: datetime) -> None:
    announce(
        topic,
        name=str(row.pk),
        title=row.title,
        state=row.state,
        owner=row.owner,
        datasets=found.datasets,
        path=path_of(row),
        now=now,
    )


def _locked(pk: uuid.UUID) -> Thread:
    return Thread.objects.select_for_update().get(pk=thread_called(pk).pk)
