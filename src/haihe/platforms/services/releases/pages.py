"""What the pages of releases show, one object for each."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.base.history.api import clause_told
from haihe.platforms.services.releases import operations
from haihe.platforms.services.releases.errors import InputRefused
from haihe.platforms.services.releases.models import ReleaseEvent, ResultRelease
from haihe.platforms.services.releases.queries import parts_in
from haihe.platforms.services.releases.workflow import LABELS, RELEASE, ReleaseState


@dataclass(frozen=True, slots=True)
class Told:
    """One line of history."""

    title: str
    at: datetime
    who: str
    detail: str
    tone: str = "info"


@dataclass(frozen=True, slots=True)
class ReleasePage:
    """`warning` says what would stand in the way of an approval now."""

    release: ResultRelease
    address: str
    moves: list[tuple[str, str | Promise]]
    needs_another: bool
    may_rewrite: bool
    warning: str
    events: list[Told]


def release_page(actor: Actor, release: ResultRelease, *, now: datetime) -> ReleasePage:
    parts = parts_in(actor, release.organisation)
    moves = [move.name for move in RELEASE.moves if release.state in move.sources and set(move.roles) & set(parts)]
    needs_another = "approve" in moves and actor.user_id == release.written_by
    return ReleasePage(
        release=release,
        address=address_of(release),
        moves=[(name, LABELS[name]) for name in moves if not (name == "approve" and needs_another)],
        needs_another=needs_another,
        may_rewrite=release.state == ReleaseState.DRAFT and "submit" in moves,
        warning=_warning(release, now),
        events=[_told(event) for event in release.events.all()],
    )


def address_of(release: ResultRelease) -> str:
    """Return where candidates find it, as far as this city knows."""
    return urljoin(settings.HAIHE.scoreday_url.rstrip("/") + "/", f"{release.slug}/")


def _warning(release: ResultRelease, now: datetime) -> str:
    if release.state not in (ReleaseState.DRAFT, ReleaseState.SUBMITTED):
        return ""
    try:
        operations.check(release, now=now)
    except InputRefused as refused:
        return refused.message
    return ""


def _told(event: ReleaseEvent) -> Told:
    titles: dict[str, str | Promise] = {"write": _("编写"), **LABELS}
    tone = "danger" if event.name == "stop" else "info"
    detail = " ".join(filter(None, [event.words, clause_told(event.clause) if event.clause else ""]))
    return Told(str(titles[event.name]), event.at, event.actor_name, detail, tone)
