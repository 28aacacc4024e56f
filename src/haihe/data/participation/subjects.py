"""What a discussion is about: resolved to a title, an address and the department that answers, if one may see it."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from haihe.base.accounts.api import Actor
from haihe.data.open import api as open_data
from haihe.data.participation.errors import NotFound
from haihe.data.participation.models import Subject
from haihe.data.participation.queries import visible_requests, visible_reuses


@dataclass(frozen=True, slots=True)
class SubjectInfo:
    """A dataset, request or reuse as a discussion needs it. `owner` "": no department answers for it."""

    title: str
    path: str
    owner: str
    datasets: tuple[str, ...]


def subject_for(actor: Actor, subject: str, about: str) -> SubjectInfo:
    """Raises: NotFound, for what doesn't exist and for what the actor may not know of alike."""
    found = subjects_for(actor, [(subject, about)]).get((subject, about))
    if found is None:
        raise NotFound(about)
    return found


def subjects_for(actor: Actor, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], SubjectInfo]:
    """Return the subjects that the actor may know of, each kind in one query."""
    by_kind: dict[str, set[str]] = {}
    for subject, about in wanted:
        by_kind.setdefault(subject, set()).add(about)
    return {
        (subject, about): info
        for subject, abouts in by_kind.items()
        if subject in _FINDERS
        for about, info in _FINDERS[subject](actor, abouts)
    }


type Found = Iterator[tuple[str, SubjectInfo]]


def _datasets(actor: Actor, slugs: set[str]) -> Found:
    for slug, found in open_data.datasets_named(slugs).items():
        yield slug, SubjectInfo(found.local_title, reverse("open:dataset", args=[slug]), found.owner, (slug,))


def _requests(actor: Actor, numbers: set[str]) -> Found:
    for row in visible_requests(actor).filter(number__in=numbers):
        path = reverse("participation:request", args=[row.number])
        yield row.number, SubjectInfo(row.title, path, row.owner, (row.dataset,) if row.dataset else ())


def _reuses(actor: Actor, ids: set[str]) -> Found:
    for row in visible_reuses(actor).filter(pk__in=[one for one in map(_uuid, ids) if one]):
        path = reverse("participation:reuse", args=[row.pk])
        yield str(row.pk), SubjectInfo(row.title, path, "", tuple(row.datasets))


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


_FINDERS: Final[Mapping[str, Callable[[Actor, set[str]], Found]]] = {
    Subject.DATASET: _datasets,
    Subject.REQUEST: _requests,
    Subject.REUSE: _reuses,
}
