"""A person's own addresses: added, confirmed by a code that was sent there, removed; and what is sent to them."""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.keys import api as keys
from haihe.base.notices import addresses
from haihe.base.notices.carriers import Channel, open_channels
from haihe.base.notices.models import Contact, Muting, Sending, SendingState
from haihe.base.notices.topics import topic_called, topics

CODE_LASTS: Final = timedelta(minutes=10)
_CODE_PAUSE: Final = timedelta(seconds=60)
_DAY: Final = timedelta(days=1)
_CODES_PER_DAY: Final = 5
_MOST_TRIES: Final = 5
LANGUAGES: Final = ("zh-hans", "en")


class ContactRefused(Exception):
    """The message says to the person what is wrong and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@transaction.atomic
def add_contact(*, actor: Actor, channel: str, typed: str, language: str = "", now: datetime) -> Contact:
    """Keep an address, sealed, in place of another, and send a code there. Raises: NotPermitted, ContactRefused."""
    user, way = _person(actor), _open_channel(channel)
    try:
        address = addresses.read(way, typed)
    except addresses.AddressError as wrong:
        raise ContactRefused(str(wrong)) from wrong
    # The row of before is locked: two codes at once count as two.
    row = Contact.objects.select_for_update().filter(user=user, channel=way).first() or Contact(user=user, channel=way)
    row.sealed_address, row.masked = addresses.seal(user, way, address), addresses.masked(way, address)
    row.address_key, row.confirmed_at, row.added_at = addresses.key_of(address), None, now
    row.language = language if language in LANGUAGES else LANGUAGES[0]
    row.save()
    _send_code(row, now)
    return row


@transaction.atomic
def send_code_again(*, actor: Actor, channel: str, now: datetime) -> None:
    """Raises: NotPermitted, ContactRefused."""
    row = _own(actor, channel)
    if row.confirmed_at is None:
        _send_code(row, now)


def confirm_contact(*, actor: Actor, channel: str, code: str, now: datetime) -> None:
    """Use the address from now on, if the code is the one that was sent there. Raises: NotPermitted, ContactRefused."""
    if not _try_code(actor, channel, code, now):
        raise ContactRefused(_("验证码不对，请看最新收到的那一条。"))


@transaction.atomic
def remove_contact(*, actor: Actor, channel: str) -> None:
    """Forget an address; nothing more is sent there. Raises: NotPermitted."""
    Contact.objects.filter(user=_person(actor), channel=channel).delete()


@transaction.atomic
def choose(*, actor: Actor, channel: str, wanted: set[str], language: str, now: datetime) -> None:
    """Keep which topics a person wants by one way, and in which language. Raises: NotPermitted, ContactRefused."""
    row = _own(actor, channel)
    for one in topics():
        _mute(row.user, row.channel, one.slug, is_on=one.slug in wanted, now=now)
    if language in LANGUAGES:
        row.language = language
        row.save(update_fields=["language"])


def mute(*, user: UUID, channel: str, topic: str, now: datetime) -> None:
    """Switch a topic off for one way: by the link in a mail, which says whose it is."""
    if topic_called(topic) is not None and channel in Channel.values:
        _mute(user, channel, topic, is_on=False, now=now)


def code_of(contact: Contact) -> str:
    """Return the newest code: six digits derived from the keys, kept nowhere."""
    told = f"{contact.pk}:{contact.code_serial}:".encode() + bytes(contact.address_key)
    digest = hmac.new(keys.keyring().derived("notices codes"), told, hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8]) % 1_000_000:06}"


@transaction.atomic
def _try_code(actor: Actor, channel: str, code: str, now: datetime) -> bool:
    """Count the try in a transaction that is kept, whatever comes of it."""
    row = _own(actor, channel)
    if row.code_sent_at is None or now - row.code_sent_at > CODE_LASTS or row.code_tries >= _MOST_TRIES:
        raise ContactRefused(_("验证码已失效，请重新获取。"))
    row.code_tries += 1
    if hmac.compare_digest(code.strip().encode(), code_of(row).encode()):
        row.confirmed_at, row.code_sent_at = now, None
    row.save()
    return row.confirmed_at is not None


def _send_code(row: Contact, now: datetime) -> None:
    if row.code_sent_at is not None and now - row.code_sent_at < _CODE_PAUSE:
        raise ContactRefused(_("验证码刚刚发出，请一分钟后再试。"))
    codes = Sending.objects.filter(is_code=True, made_at__gt=now - _DAY)
    to_person, to_address = codes.filter(user=row.user), codes.filter(address_key=row.address_key)
    if to_person.count() >= _CODES_PER_DAY or to_address.count() >= _CODES_PER_DAY:
        raise ContactRefused(_("今天发出的验证码太多了，请明天再试。"))
    row.code_serial, row.code_sent_at, row.code_tries = row.code_serial + 1, now, 0
    row.save()
    Sending.objects.create(
        key=f"code:{row.pk}:{row.code_serial}",
        contact=row,
        is_code=True,
        channel=row.channel,
        user=row.user,
        address_key=row.address_key,
        state=SendingState.WAITING,
        next_try_at=now,
        made_at=now,
    )


def _mute(user: UUID, channel: str, topic: str, *, is_on: bool, now: datetime) -> None:
    if is_on:
        Muting.objects.filter(user=user, channel=channel, topic=topic).delete()
    else:
        Muting.objects.get_or_create(user=user, channel=channel, topic=topic, defaults={"at": now})


def _person(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise NotPermitted("somebody who is signed in")
    return actor.user_id


def _own(actor: Actor, channel: str) -> Contact:
    row = Contact.objects.select_for_update().filter(user=_person(actor), channel=channel).first()
    if row is None:
        raise ContactRefused(_("还没有填写这种联系方式。"))
    return row


def _open_channel(channel: str) -> Channel:
    if channel not in open_channels():
        raise ContactRefused(_("本市还没有开通这种通知方式。"))
    return Channel(channel)
