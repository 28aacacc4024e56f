"""Send what is waiting: claimed and kept before it goes, recorded after it; never twice where that can be helped.

A process that is killed in between leaves a claim that runs out. A carrier that knows a key again is then simply asked
again; with another one nobody can know, and a person decides.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urljoin

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from haihe.base.notices import addresses, contacts
from haihe.base.notices.carriers import Carrier, Message, NotNow, Refused, Unsure, carrier_of, open_channels
from haihe.base.notices.models import STUCK, Contact, Muting, Notice, Sending, SendingState
from haihe.base.notices.topics import topic_of
from haihe.base.notices.words import path_outside, say
from haihe.kernel.carrier_places import CarrierRules

CODE_KIND: Final = "notices.code"
UNSUBSCRIBE_SALT: Final = "notices-unsubscribe"
MOST_ATTEMPTS: Final = 10
"""With the pauses below this is a day and a half."""
_LONGEST_PAUSE: Final = timedelta(hours=6)
_LEASE: Final = timedelta(minutes=3)
"""Longer than any carrier is waited for."""
_TOO_OLD: Final = timedelta(days=3)
_BATCH: Final = 200
_KEPT_FOR: Final = timedelta(days=90)
_DUE: Final = (SendingState.WAITING, SendingState.SENDING)
_log = logging.getLogger("haihe.notices")


@dataclass(frozen=True, slots=True)
class Ready:
    """What was claimed: a row, its message, and which attempt it is."""

    row: Sending
    message: Message


def plan(notice: Notice, *, now: datetime) -> list[str]:
    """Note down by which ways a person is to hear of a notice, once for each; return the channels noted now."""
    if notice.user is None:
        return []
    topic = topic_of(notice.kind).slug
    muted = set(Muting.objects.filter(user=notice.user, topic=topic).values_list("channel", flat=True))
    own = Contact.objects.filter(user=notice.user, confirmed_at__isnull=False, channel__in=open_channels())
    return [contact.channel for contact in own if contact.channel not in muted and _note(notice, contact, now)]


def send_due(channel: str, *, now: datetime) -> int:
    """Send what is due by one way; return how many were taken. Stops where the carrier is away: it waits, as all do."""
    carrier, sent = carrier_of(channel), 0
    if carrier is None:
        return 0
    for _number in range(_BATCH):
        claimed = _claim(carrier, now)
        if claimed is None:
            break
        if claimed is _NOTHING:
            continue
        outcome = _send(carrier, claimed, now)
        sent += outcome is None
        if outcome is not None and outcome.is_away:
            break
    return sent


def send_again(sending: int, *, now: datetime) -> bool:
    """Let a dead or unsure one be sent, by a person's decision. Return False if it is neither."""
    stuck = Sending.objects.filter(pk=sending, state__in=STUCK)
    return stuck.update(state=SendingState.WAITING, attempts=0, next_try_at=now, made_at=now, finished_at=None) == 1


def give_up(sending: int, *, now: datetime) -> bool:
    """Let a dead or unsure one rest for good. Return False if it is neither."""
    stuck = Sending.objects.filter(pk=sending, state__in=STUCK)
    return stuck.update(state=SendingState.SKIPPED, finished_at=now) == 1


def forget_sent(*, now: datetime) -> int:
    """Remove what was sent or given up three months ago; return how many."""
    done = Sending.objects.exclude(state__in=(*_DUE, *STUCK))
    return done.filter(made_at__lt=now - _KEPT_FOR).delete()[0]


def _note(notice: Notice, contact: Contact, now: datetime) -> bool:
    made = {
        "notice": notice,
        "contact": contact,
        "channel": contact.channel,
        "user": contact.user,
        "address_key": contact.address_key,
        "next_try_at": after_quiet(now, _rules()),
        "made_at": now,
    }
    key = f"notice:{notice.pk}:{contact.channel}"
    return Sending.objects.get_or_create(key=key, defaults=made)[1]


def after_quiet(now: datetime, rules: CarrierRules) -> datetime:
    """Return now, or the end of the quiet hours in which it lies."""
    here = timezone.localtime(now)
    if not rules.is_quiet(here.hour):
        return now
    until = timezone.make_aware(datetime.combine(here.date(), time(rules.quiet_until % 24)))
    return until if until > now else until + timedelta(days=1)


_NOTHING: Final = Ready(Sending(), Message("", "", "", "", "", {}, ""))
"""A row was looked at and isn't to be sent now: look at the next one."""


@transaction.atomic
def _claim(carrier: Carrier, now: datetime) -> Ready | None:
    due = Q(state=SendingState.WAITING, next_try_at__lte=now) | Q(state=SendingState.SENDING, lease_until__lt=now)
    rows = Sending.objects.filter(due, channel=carrier.channel).order_by("next_try_at", "id")
    row = rows.select_for_update(skip_locked=True, of=("self",)).select_related("notice", "contact").first()
    if row is None:
        return None
    if row.state == SendingState.SENDING and not carrier.knows_again:
        return _ended(row, SendingState.UNSURE, "cut off while it was handed over", now)
    if not _is_wanted(row, now):
        return _ended(row, SendingState.SKIPPED, "", now)
    later = _not_before(row, now)
    if later > now:
        row.state, row.next_try_at, row.lease_until = SendingState.WAITING, later, None
        row.save()
        return _NOTHING
    row.state, row.lease_until = SendingState.SENDING, now + _LEASE
    row.attempts += 1
    row.save()
    return Ready(row, _message(row))


def _ended(row: Sending, state: SendingState, why: str, now: datetime) -> Ready:
    row.state, row.last_error, row.finished_at, row.lease_until = state, why or row.last_error, now, None
    row.save()
    return _NOTHING


def _is_wanted(row: Sending, now: datetime) -> bool:
    """False where it came to nothing meanwhile: no address any more, switched off, forgotten, or long past."""
    if row.contact is None or now - row.made_at > _TOO_OLD:
        return False
    if bytes(row.contact.address_key) != bytes(row.address_key):
        return False
    if row.is_code:
        return row.key == f"code:{row.contact.pk}:{row.contact.code_serial}" and row.contact.confirmed_at is None
    if row.notice is None or row.contact.confirmed_at is None:
        return False
    topic = topic_of(row.notice.kind).slug
    return not Muting.objects.filter(user=row.user, channel=row.channel, topic=topic).exists()


def _not_before(row: Sending, now: datetime) -> datetime:
    """Return when it may go: not in quiet hours, and not when the person had enough today. A code goes at once."""
    if row.is_code:
        return now
    rules, midnight = _rules(), timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))
    today = Sending.objects.filter(user=row.user, channel=row.channel, is_code=False, made_at__gt=now - _TOO_OLD)
    if today.filter(state=SendingState.SENT, finished_at__gte=midnight).count() >= rules.per_day:
        return after_quiet(midnight + timedelta(days=1), rules)
    return after_quiet(now, rules)


def _send(carrier: Carrier, claimed: Ready, now: datetime) -> NotNow | None:
    """Send and record. Outside of any transaction: what is sent can't be undone."""
    row, trouble = claimed.row, None
    try:
        row.carrier_number = carrier.send(claimed.message)
    except NotNow as later:
        trouble = later
        row.last_error, row.next_try_at = str(later)[:200], now + _pause(row.attempts)
        row.state = SendingState.DEAD if row.attempts >= MOST_ATTEMPTS else SendingState.WAITING
    except Refused as refused:
        trouble = NotNow(str(refused))
        row.state, row.last_error = SendingState.DEAD, str(refused)[:200]
    except Unsure as unsure:
        trouble = NotNow(str(unsure))
        row.state, row.last_error = SendingState.UNSURE, str(unsure)[:200]
    else:
        row.state, row.last_error = SendingState.SENT, ""
    _record(row, now)
    if row.state in STUCK:
        _log.error("sending %s by %s: %s (%s)", row.pk, row.channel, row.state, row.last_error)
    return trouble


def _record(row: Sending, now: datetime) -> None:
    """Only whoever claimed it records it: a claim that ran out meanwhile is another's."""
    mine = Sending.objects.filter(pk=row.pk, state=SendingState.SENDING, attempts=row.attempts)
    mine.update(
        state=row.state,
        last_error=row.last_error,
        carrier_number=row.carrier_number,
        next_try_at=row.next_try_at,
        lease_until=None,
        finished_at=now if row.state != SendingState.WAITING else None,
    )


def _pause(attempts: int) -> timedelta:
    return min(timedelta(minutes=2 ** min(attempts, 10)), _LONGEST_PAUSE)


def _message(row: Sending) -> Message:
    contact = row.contact
    if contact is None:
        raise LookupError(f"sending {row.pk} has no address")
    address = addresses.opened(contact.user, contact.channel, bytes(contact.sealed_address))
    with translation.override(contact.language):
        if row.is_code or row.notice is None:
            code = contacts.code_of(contact)
            text = _("海河：验证码 %(code)s，10 分钟内有效。不是您本人操作的，请不用理会。") % {"code": code}
            return Message(row.key, address, CODE_KIND, text, "", {"code": code}, contact.language)
        notice = row.notice
        return Message(
            key=row.key,
            address=address,
            kind=notice.kind,
            text=say(notice.kind, notice.facts),
            url=_link(path_outside(notice.kind, notice.facts) or notice.path),
            parameters=_parameters(notice.facts),
            language=contact.language,
            stop_url=_link(stop_path(contact, topic_of(notice.kind).slug)),
        )


def stop_path(contact: Contact, topic: str) -> str:
    """Return the way to switch a topic off for whoever holds the mail; signed, so that nobody does so for others."""
    told = {"u": str(contact.user), "c": contact.channel, "t": topic}
    return reverse("notices:unsubscribe", args=[signing.dumps(told, salt=UNSUBSCRIBE_SALT)])


def _link(path: str) -> str:
    site = _rules().site_url
    return urljoin(f"{site}/", path) if site else ""


def _parameters(facts: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in facts.items() if isinstance(value, str | int)}


def _rules() -> CarrierRules:
    rules: CarrierRules = settings.HAIHE.carrying
    return rules
