"""Which desks hear of what, and in which words: moves that concern them, deadlines that come near, the day's news."""

from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from haihe.base.accounts.api import Role
from haihe.base.notices import api as notices
from haihe.base.notices.api import Desk, Facts
from haihe.data.catalogue import wording
from haihe.data.catalogue.models import Resource, ResourceEvent, Revision
from haihe.data.catalogue.workflow import TOLD, Part, RevisionState

_MOVED, _NEAR, _NEWS = "catalogue.moved", "catalogue.near", "catalogue.news"
_OWNERS: Final = (Part.OWNER_STEWARD, Part.OWNER_APPROVER)
_ROLES: Final = {Part.OWNER_STEWARD: Role.STEWARD, Part.OWNER_APPROVER: Role.APPROVER}


def tell_of_move(row: Resource, event: ResourceEvent) -> None:
    """Tell the desks that the table names for this move, from this state."""
    parts = TOLD.get((event.name, event.target), ())
    if parts:
        facts = {"code": row.code, "title": row.title, "move": event.name}
        key = f"{_MOVED}:{event.pk}"
        notices.tell(to=_desks(row, parts), kind=_MOVED, key=key, facts=facts, path=_path(row, event), now=event.at)


def tell_near(thing: Resource | Revision, *, step: int, now: datetime) -> int:
    """Remind who must act with `step` working days left; return how many desks were told now."""
    row = thing if isinstance(thing, Resource) else thing.resource
    with_authority = isinstance(thing, Resource) or thing.state == RevisionState.AUTHORITY_REVIEW
    parts = (Part.AUTHORITY,) if with_authority else _OWNERS
    facts = {"code": row.code, "title": row.title, "days": step}
    key = f"{_NEAR}:{thing.pk}:{thing.due_on}:{step}"
    path = _path(row) if isinstance(thing, Resource) else reverse("catalogue:revision", args=[thing.pk])
    told = notices.tell(to=_desks(row, parts), kind=_NEAR, key=key, facts=facts, path=path, now=now)
    return len(told)


def tell_news(*, day: str, count: int, now: datetime) -> int:
    """Tell every steward and approver what the catalogue published on a day; return how many desks were told now."""
    to = [Desk(Role.STEWARD), Desk(Role.APPROVER)]
    facts, path = {"count": count, "day": day}, reverse("catalogue:news")
    return len(notices.tell(to=to, kind=_NEWS, key=f"{_NEWS}:{day}", facts=facts, path=path, now=now))


@notices.words(_MOVED)
def _say_moved(facts: Facts) -> str:
    return gettext("目录新进展：%(title)s（%(code)s），%(happened)s。") % {
        "title": facts["title"],
        "code": facts["code"],
        "happened": wording.HAPPENED.get(facts["move"], facts["move"]),
    }


@notices.words(_NEAR)
def _say_near(facts: Facts) -> str:
    days = int(facts["days"])
    told = {"title": facts["title"], "code": facts["code"], "n": days}
    return (
        ngettext(
            "目录中 %(title)s（%(code)s）的办理期限不足 %(n)s 个工作日，请尽快办理。",
            "目录中 %(title)s（%(code)s）的办理期限不足 %(n)s 个工作日，请尽快办理。",
            days,
        )
        % told
    )


@notices.words(_NEWS)
def _say_news(facts: Facts) -> str:
    count = int(facts["count"])
    told = {"n": count, "day": facts["day"]}
    return (
        ngettext("目录 %(day)s 新发布或更新 %(n)s 项资源。", "目录 %(day)s 新发布或更新 %(n)s 项资源。", count) % told
    )


def _desks(row: Resource, parts: tuple[Part, ...]) -> list[Desk]:
    return [Desk(Role.OPERATOR) if part == Part.AUTHORITY else Desk(_ROLES[part], row.owner) for part in parts]


def _path(row: Resource, event: ResourceEvent | None = None) -> str:
    if event is not None and (revision := event.facts.get("id")):
        return reverse("catalogue:revision", args=[revision])
    return reverse("catalogue:resource", args=[row.code])
