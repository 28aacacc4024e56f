"""Kinds of notices as people choose among them: a few topics, each of several kinds."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Topic:
    """What a person may switch off for one way, and on again."""

    slug: str
    label: str | Promise


OTHERS = Topic("others", _("其他提醒"))
_topics: dict[str, Topic] = {}
_of_kind: dict[str, Topic] = {}


def topic(slug: str, label: str | Promise, *, kinds: Iterable[str]) -> None:
    """Put kinds of notices under one topic; call it while the applications get ready. A slug may be given again."""
    made = _topics.setdefault(slug, Topic(slug, label))
    for kind in kinds:
        _of_kind[kind] = made


def topics() -> list[Topic]:
    """Return all topics, the rest last."""
    return [*_topics.values(), OTHERS]


def topic_of(kind: str) -> Topic:
    return _of_kind.get(kind, OTHERS)


def topic_called(slug: str) -> Topic | None:
    return next((one for one in topics() if one.slug == slug), None)
