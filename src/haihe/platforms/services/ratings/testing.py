"""Occasions to rate, for tests of ratings and of rooms above."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from haihe.base.accounts.api import Actor
from haihe.base.accounts.models import Membership
from haihe.base.accounts.testing import make_actor
from haihe.platforms.services.ratings import operations, ports
from haihe.platforms.services.ratings.models import Channel, Invitation, Kind, LowRating, Rating
from haihe.platforms.services.ratings.operations import Said
from haihe.platforms.services.ratings.ports import Window

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
BODY, OTHER = "120040", "120012"
ITEM = "housing-fund-relief-withdrawal"
RATER_KEY = bytes(range(16))


@contextmanager
def windows_named(*names: str) -> Iterator[None]:
    """Let the body have windows of these names for as long as this lasts, and no others."""
    before = ports.registered()
    ports.register_windows(lambda bodies: [Window(name, f"窗口 {name}") for name in names if BODY in bodies])
    yield
    ports.register_windows(before)


def invited(
    number: str = "GJJ-20261123-000001",
    *,
    window: str = "",
    item: str = ITEM,
    handlers: Iterable[UUID] = (),
    holder: bytes | None = None,
    now: datetime = NOW,
) -> Invitation:
    """Invite somebody to rate a case, or a visit where a window is named."""
    return operations.invite(
        kind=Kind.VISIT if window else Kind.CASE,
        subject_number=number,
        item_slug=item,
        organisation=BODY,
        window=window,
        holder_key=holder,
        handlers=handlers,
        channel=Channel.WINDOW if window else Channel.PHONE,
        now=now,
    )


def rated(invitation: Invitation, level: int, *, by: Actor, words: str = "", now: datetime = NOW) -> Rating:
    said = Said(level, words=words)
    return operations.rate(actor=by, invitation=invitation.pk, said=said, channel=Channel.PHONE, now=now)


def rater(username: str = "rater", key: bytes = RATER_KEY) -> Actor:
    """Make a citizen and return the actor."""
    made = make_actor(username, ("CITIZEN", ""))
    return Actor(made.user_id, made.name, made.roles, key)


def supervisor(username: str = "head", body: str = BODY) -> Actor:
    return _officer(username, ("APPROVER", body))


def judge(username: str = "judge") -> Actor:
    return _officer(username, ("OPERATOR", "120001"))


def _officer(username: str, held: tuple[str, str]) -> Actor:
    """Make an officer who holds the role since before the tests' day."""
    made = make_actor(username, held)
    Membership.objects.filter(user__username=username).update(valid_from=NOW - timedelta(days=1))
    return made


def low_rated(*, by: Actor, level: int = 2, number: str = "GJJ-20261123-000001", now: datetime = NOW) -> LowRating:
    """Let somebody rate a case low; supervisors should stand by before."""
    holder = by.subject_key or RATER_KEY
    made = rated(invited(number, holder=holder, now=now), level, by=by, words="材料交了两遍", now=now)
    return LowRating.objects.get(rating=made)
