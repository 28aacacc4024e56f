"""What a discussion is about: resolved to a title, an address and the department that answers, if one may see it."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from haihe.base.accounts.api import Actor
from haihe.data.open import api as open_data
from haihe.data.participation.errors import NotFound
from haihe.data.participation.models import Subject
from haihe.data.participation.queries import request_for, reuse_for


@dataclass(frozen=True, slots=True)
class SubjectInfo:
    """A dataset, request or reuse as a discussion needs it. `owner` "": no department answers for it."""

    title: str
    path: str
    owner: str
    datasets: tuple[str, ...]


def subject_for(actor: Actor, subject: str, about: str) -> SubjectInfo:
    """Raises: NotFound, for what doesn't exist and for what the actor may not know of alike."""
    if subject not in _FINDERS:
        raise NotFound(subject)
    return _FINDERS[subject](actor, about)


def _dataset(actor: Actor, about: str) -> SubjectInfo:
    found = open_data.datasets_named([about]).get(about)
    if found is None:
        raise NotFound(about)
    return SubjectInfo(found.local_title, reverse("open:dataset", args=[about]), found.owner, (about,))


def _request(actor: Actor, about: str) -> SubjectInfo:
    row = request_for(actor, about)
    path = reverse("participation:request", args=[row.number])
    return SubjectInfo(row.title, path, row.owner, (row.dataset,) if row.dataset else ())


def _reuse(actor: Actor, about: str) -> SubjectInfo:
    try:
        pk = uuid.UUID(about)
    except ValueError:
        raise NotFound(about) from None
    row = reuse_for(actor, pk)
    return SubjectInfo(row.title, reverse("participation:reuse", args=[row.pk]), "", tuple(row.datasets))


_FINDERS: Final[Mapping[str, Callable[[Actor, str], SubjectInfo]]] = {
    Subject.DATASET: _dataset,
    Subject.REQUEST: _request,
    Subject.REUSE: _reuse,
}
