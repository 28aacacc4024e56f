"""What the pages of releases show, one object for each."""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.base.history.api import clause_told
from haihe.kernel.rehearsal_told import facts, pictures, verdict
from haihe.platforms.services.releases import operations
from haihe.platforms.services.releases.errors import InputRefused
from haihe.platforms.services.releases.models import RehearsalReport, ReleaseEvent, ResultRelease
from haihe.platforms.services.releases.queries import parts_in, public_releases
from haihe.platforms.services.releases.rehearsals import last_rehearsal
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
    rehearsal: RehearsalReport | None
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
        rehearsal=last_rehearsal(release),
        events=[_told(event) for event in release.events.all()],
    )


@dataclass(frozen=True, slots=True)
class RehearsalPage:
    """The last rehearsal of a release in words and pictures, `None` where there was none yet."""

    release: ResultRelease
    at: datetime | None = None
    profile: str = ""
    is_good: bool = False
    verdict: str = ""
    facts: list[tuple[str, str, bool]] = field(default_factory=list)
    pictures: list[tuple[str, SafeString]] = field(default_factory=list)


def rehearsal_page(release: ResultRelease) -> RehearsalPage:
    row, english = last_rehearsal(release), (get_language() or "").startswith("en")
    if row is None:
        return RehearsalPage(release)
    report = row.told
    return RehearsalPage(
        release=release,
        at=row.at,
        profile=report.profile.in_language(english),
        is_good=report.is_good,
        verdict=verdict(report).in_language(english),
        facts=[(fact.label.in_language(english), fact.value, fact.is_fault) for fact in facts(report)],
        # Drawn by `kernel.series_chart` from figures and escaped words alone.
        pictures=[
            (picture.title.in_language(english), mark_safe(picture.svg))  # noqa: S308 - ours, see above
            for picture in pictures(report, english=english)
        ],
    )


@dataclass(frozen=True, slots=True)
class PublicRow:
    """One release as everybody may know of it: when it opens, never what it says."""

    slug: str
    title: str
    note: str
    authority: str
    opens_at: datetime
    closes_at: datetime
    address: str
    is_open: bool
    state: str
    tone: str


def public_rows(*, now: datetime) -> list[PublicRow]:
    """Return what is open, then what is to come, the next first; what is over is left out."""
    found = [_public_row(release, now) for release in public_releases(now)]
    return sorted(found, key=lambda row: (not row.is_open, row.opens_at))


def _public_row(release: ResultRelease, now: datetime) -> PublicRow:
    is_open = release.opens_at <= now
    return PublicRow(
        slug=release.slug,
        title=release.title,
        note=release.note,
        authority=release.authority,
        opens_at=release.opens_at,
        closes_at=release.closes_at,
        address=address_of(release),
        is_open=is_open,
        state=_("可以查询") if is_open else _("还没开放"),
        tone="success" if is_open else "info",
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
