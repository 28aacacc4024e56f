"""What a person sees of their own addresses."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from haihe.base.accounts.api import Actor
from haihe.base.notices.carriers import Channel, open_channels
from haihe.base.notices.contacts import CODE_LASTS
from haihe.base.notices.models import Contact, Muting
from haihe.base.notices.topics import topics


@dataclass(frozen=True, slots=True)
class Wish:
    """One topic, and whether it is wanted by a way."""

    slug: str
    label: str | Promise
    is_on: bool


@dataclass(frozen=True, slots=True)
class Way:
    """One way that is open in this city, and the person's address there if they gave one."""

    channel: str
    label: str
    contact: Contact | None
    awaits_code: bool
    wishes: tuple[Wish, ...]
    typed: str = ""
    complaint: str = ""

    @property
    def is_mail(self) -> bool:
        return self.channel == Channel.EMAIL


def ways(actor: Actor, *, now: datetime, typed: str = "", complaint: str = "", at: str = "") -> list[Way]:
    """Return each open way; `complaint` and `typed` belong to the one called `at`."""
    if actor.user_id is None:
        return []
    known = {row.channel: row for row in Contact.objects.filter(user=actor.user_id)}
    muted = set(Muting.objects.filter(user=actor.user_id).values_list("channel", "topic"))
    return [
        _way(channel, known.get(channel), muted, now, *((typed, complaint) if channel == at else ("", "")))
        for channel in open_channels()
    ]


def _way(
    channel: Channel,
    contact: Contact | None,
    muted: Iterable[tuple[str, str]],
    now: datetime,
    typed: str,
    complaint: str,
) -> Way:
    sent_at = contact.code_sent_at if contact else None
    return Way(
        channel=channel.value,
        label=str(channel.label),
        contact=contact,
        awaits_code=sent_at is not None and now - sent_at <= CODE_LASTS,
        wishes=tuple(Wish(one.slug, one.label, (channel.value, one.slug) not in muted) for one in topics()),
        typed=typed,
        complaint=complaint,
    )
