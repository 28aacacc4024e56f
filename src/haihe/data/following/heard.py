"""What other rooms announce and followers hear of."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from haihe.base.outbox import api as outbox
from haihe.data.following.operations import Happened, note
from haihe.data.open import api as open_data
from haihe.data.participation import api as participation

MOVES_TOLD = ("publish", "suspend", "resume", "withdraw", "lapse")
_ANSWERS = {
    participation.REQUEST_FORWARDED: "request_forwarded",
    participation.REQUEST_ANSWERED: "request_answered",
    participation.REQUEST_FULFILLED: "request_fulfilled",
    participation.PLAN_CHANGED: "plan_changed",
    participation.REUSE_PUBLISHED: "reuse_published",
    participation.DISCUSSION_STARTED: "discussion_started",
    participation.DISCUSSION_ANSWERED: "discussion_answered",
}


@outbox.subscribe(open_data.DATASET_MOVED)
def dataset_moved(payload: dict[str, Any]) -> None:
    """A dataset was opened, suspended, resumed or withdrawn."""
    move, slug, at = str(payload["move"]), str(payload["dataset"]), str(payload["at"])
    if move in MOVES_TOLD:
        _note_dataset(slug, move, key=f"moved:{slug}:{move}:{at}", at=datetime.fromisoformat(at), facts={})


@outbox.subscribe(open_data.VERSION_READY)
def version_ready(payload: dict[str, Any]) -> None:
    """A dataset has a new version; if columns came or went, that is told by itself, for programs break on it."""
    slug, number = str(payload["dataset"]), int(payload["version"])
    facts = {"version": number, "rows": int(payload["rows"]), "as_of": str(payload["as_of"])}
    now = timezone.now()
    if number > 1:
        _note_dataset(slug, "version_ready", key=f"version:{slug}:{number}", at=now, facts=facts)
    added, removed = open_data.columns_changed(slug, number)
    if added or removed:
        told = facts | {"added": added, "removed": removed}
        _note_dataset(slug, "columns_changed", key=f"columns:{slug}:{number}", at=now, facts=told)


def _note_dataset(slug: str, name: str, *, key: str, at: datetime, facts: dict[str, Any]) -> None:
    found = open_data.dataset_facts(slug)
    if found is None:
        return
    note(
        Happened(
            key=key,
            name=name,
            title=found.title,
            title_en=found.title_en,
            path=reverse("open:dataset", args=[slug]),
            at=at,
            datasets=(slug,),
            owner=found.owner,
            topic=found.topic,
            facts=facts,
        ),
        now=timezone.now(),
    )


def _note_answer(topic: str, payload: dict[str, Any]) -> None:
    name, about, at = _ANSWERS[topic], str(payload["name"]), str(payload["at"])
    note(
        Happened(
            key=f"{name}:{about}:{payload['state']}:{at}",
            name=name,
            title=str(payload["title"]),
            path=str(payload["path"]),
            at=datetime.fromisoformat(at),
            datasets=tuple(payload["datasets"]),
            owner=str(payload["owner"]),
            request=about if name.startswith("request") else "",
            facts={"state": str(payload["state"])},
        ),
        now=timezone.now(),
    )


# One handler each, by name: a delivery that waits in the outbox finds it again.
@outbox.subscribe(participation.REQUEST_FORWARDED)
def request_forwarded(payload: dict[str, Any]) -> None:
    _note_answer(participation.REQUEST_FORWARDED, payload)


@outbox.subscribe(participation.REQUEST_ANSWERED)
def request_answered(payload: dict[str, Any]) -> None:
    _note_answer(participation.REQUEST_ANSWERED, payload)


@outbox.subscribe(participation.REQUEST_FULFILLED)
def request_fulfilled(payload: dict[str, Any]) -> None:
    _note_answer(participation.REQUEST_FULFILLED, payload)


@outbox.subscribe(participation.PLAN_CHANGED)
def plan_changed(payload: dict[str, Any]) -> None:
    _note_answer(participation.PLAN_CHANGED, payload)


@outbox.subscribe(participation.REUSE_PUBLISHED)
def reuse_published(payload: dict[str, Any]) -> None:
    _note_answer(participation.REUSE_PUBLISHED, payload)


@outbox.subscribe(participation.DISCUSSION_STARTED)
def discussion_started(payload: dict[str, Any]) -> None:
    _note_answer(participation.DISCUSSION_STARTED, payload)


@outbox.subscribe(participation.DISCUSSION_ANSWERED)
def discussion_answered(payload: dict[str, Any]) -> None:
    _note_answer(participation.DISCUSSION_ANSWERED, payload)
