"""The keys of a system: made, taken over by a newer one, ended; and watched, so that none runs out unseen.

Rules: a year is a key's life; at most three at once; while a new one takes over the old serve on for as long as the
steward says, a month at most. Our own platforms' keys renew themselves.
"""

import secrets
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor, Role, require
from haihe.base.keys.api import keyring
from haihe.data.sharing.errors import InputRefused, NotFound, NotNow
from haihe.data.sharing.key_notices import tell_key_ends
from haihe.data.sharing.models import Client, ClientKey, KeyKind
from haihe.data.sharing.operations.moving import record
from haihe.data.sharing.public_keys import read_public_key
from haihe.data.sharing.queries.access import client_for
from haihe.data.sharing.queries.keys import WARN_DAYS, days_left, running_out
from haihe.data.sharing.workflow import Part
from haihe.kernel.signing import SECRET_BYTES

LIFE: Final = timedelta(days=365)
MOST_KEYS: Final = 3
USUAL_OVERLAP_DAYS, LONGEST_OVERLAP_DAYS = 7, 30
RENEW_DAYS: Final = 30
_KEPT_AFTER_ITS_END = timedelta(days=30)
_DAYS_OF_USE_KEPT = 7
_CLAUSE = "政务数据共享条例 第29条"


@dataclass(frozen=True, slots=True)
class IssuedSecret:
    """A new key. The secret is in base64, for the one time that it is shown; "" where only the system itself has it."""

    client_id: str
    secret: str = field(repr=False)
    key_id: str = ""


@transaction.atomic
def rotate_key(
    *,
    actor: Actor,
    client_id: str,
    now: datetime,
    overlap_days: int = USUAL_OVERLAP_DAYS,
    public_key: str = "",
) -> IssuedSecret:
    """Give a system a new key: a secret, or the public key given. Those before end in `overlap_days`, at 0 now.

    Raises: NotFound, NotPermitted, InputRefused.
    """
    row = locked_client(actor, client_id)
    require(actor, Role.STEWARD, organisation=row.organisation)
    if not 0 <= overlap_days <= LONGEST_OVERLAP_DAYS:
        told = _("新旧密钥并用的时间为 0 至 %(n)s 天。") % {"n": LONGEST_OVERLAP_DAYS}
        raise InputRefused(told, field="overlap_days")
    return _rotate(row, actor, Part.APPLICANT_STEWARD, public_key=public_key, overlap_days=overlap_days, now=now)


@transaction.atomic
def end_key(*, actor: Actor, client_id: str, key_id: str, now: datetime) -> None:
    """End one key now; also for the authority. Raises: NotFound, NotPermitted, NotNow."""
    row = locked_client(actor, client_id)
    if not actor.has(Role.OPERATOR):
        require(actor, Role.STEWARD, Role.APPROVER, organisation=row.organisation)
    _adopt(row)
    key = row.keys.filter(key_id=key_id).first()
    if key is None:
        raise NotFound
    if key.ended_at is not None:
        raise NotNow(_("这把密钥已经停用。"))
    _end([key], now)
    _keep_newest_secret(row)
    record_of_client(row, actor, "end_key", now, facts={"key": key_id})


def make_key(row: Client, *, public_key: str, now: datetime) -> IssuedSecret:
    """Make a key of a client that stands in the table. Raises: InputRefused."""
    issued, key = _new_key(row, public_key=public_key, now=now)
    key.save(force_insert=True)
    _keep_newest_secret(row)
    return issued


def watch_keys(*, now: datetime) -> int:
    """Warn of keys that run out, renew our platforms' own, put away what is long over; return how many were told.

    Run as often as one likes: each warning is given once.
    """
    told = 0
    for pk in [key.pk for key in running_out(now=now)]:
        with transaction.atomic():
            key = ClientKey.objects.select_for_update(of=("self",)).select_related("client").get(pk=pk)
            told += _watch(key, now)
    long_over = ClientKey.objects.filter(ended_at__isnull=True, expires_at__lt=now - _KEPT_AFTER_ITS_END)
    for client in Client.objects.filter(pk__in=long_over.values("client")):
        with transaction.atomic():
            row = Client.objects.select_for_update().get(pk=client.pk)
            _end(row.keys.filter(pk__in=long_over.values("pk")), now)
            _keep_newest_secret(row)
    with connection.cursor() as cursor:
        kept_from = timezone.localdate(now) - timedelta(days=_DAYS_OF_USE_KEPT)
        cursor.execute("DELETE FROM gateway_use WHERE day < %s", [kept_from])
    return told


def locked_client(actor: Actor, client_id: str) -> Client:
    """Raises: NotFound."""
    return Client.objects.select_for_update().get(pk=client_for(actor, client_id).pk)


def record_of_client(
    row: Client, actor: Actor, name: str, now: datetime, *, facts: dict[str, object] | None = None
) -> None:
    of_the_department = actor.has(Role.STEWARD, row.organisation) or actor.has(Role.APPROVER, row.organisation)
    part = Part.APPLICANT_STEWARD if of_the_department else Part.SYSTEM if actor is SYSTEM else Part.AUTHORITY
    record(
        row,
        actor,
        name=name,
        part=part,
        clause=_CLAUSE,
        now=now,
        target="ENABLED" if row.enabled else "DISABLED",
        organisation=row.organisation,
        facts=facts,
    )


def _watch(key: ClientKey, now: datetime) -> int:
    left = days_left(key, now)
    if key.client.is_platform and key.kind == KeyKind.HMAC and left <= RENEW_DAYS:
        row = Client.objects.select_for_update().get(pk=key.client.pk)
        _rotate(row, SYSTEM, Part.SYSTEM, public_key="", overlap_days=USUAL_OVERLAP_DAYS, now=now)
        return 0
    steps = [days for days in WARN_DAYS if left <= days]
    return tell_key_ends(key, step=min(steps), now=now) if steps else 0


def _rotate(
    row: Client, actor: Actor, part: Part, *, public_key: str, overlap_days: int, now: datetime
) -> IssuedSecret:
    _adopt(row)
    others = list(row.keys.filter(ended_at__isnull=True))
    serving = [key for key in others if key.expires_at > now]
    if overlap_days and len(serving) >= MOST_KEYS:
        told = _("同时最多 %(n)s 把密钥；请先停用一把旧密钥，或者不并用。") % {"n": MOST_KEYS}
        raise InputRefused(told, field="overlap_days")
    issued, key = _new_key(row, public_key=public_key, now=now)
    until = now + timedelta(days=overlap_days)
    _end([other for other in others if overlap_days == 0 or other not in serving], now)
    for other in serving if overlap_days else ():
        other.expires_at = min(other.expires_at, until)
        other.save(update_fields=["expires_at"])
    key.save(force_insert=True)
    _keep_newest_secret(row)
    facts: dict[str, object] = {"key": issued.key_id, "overlap_days": overlap_days}
    record_of_client(row, actor, "rotate_secret", now, facts=facts)
    return issued


def _new_key(row: Client, *, public_key: str, now: datetime) -> tuple[IssuedSecret, ClientKey]:
    key_id = "k" + secrets.token_hex(4)
    key = ClientKey(client=row, key_id=key_id, made_at=now, not_before=now, expires_at=now + LIFE)
    if public_key.strip():
        key.kind, key.public_key = KeyKind.ED25519, read_public_key(public_key)
        if row.pk and row.keys.filter(public_key=key.public_key).exists():
            raise InputRefused(_("这把公钥已经登记过，请换一把新的。"), field="public_key")
        return IssuedSecret(row.client_id, "", key_id), key
    secret = secrets.token_bytes(SECRET_BYTES)
    key.kind, key.sealed_secret = KeyKind.HMAC, keyring().seal(secret, context=row.seal_context)
    return IssuedSecret(row.client_id, b64encode(secret).decode(), key_id), key


def _adopt(row: Client) -> None:
    """Make a key of a secret that a program of the version before made."""
    sealed = bytes(row.sealed_secret)
    if not sealed or row.keys.filter(sealed_secret=sealed).exists():
        return
    ClientKey.objects.create(
        client=row,
        key_id="k" + secrets.token_hex(4),
        kind=KeyKind.HMAC,
        sealed_secret=sealed,
        made_at=row.secret_made_at,
        not_before=row.secret_made_at,
        expires_at=row.secret_made_at + LIFE,
    )


def _end(keys: Iterable[ClientKey], now: datetime) -> None:
    for key in keys:
        key.ended_at = now
        key.save(update_fields=["ended_at"])


def _keep_newest_secret(row: Client) -> None:
    """Write beside the client which secret programs of the version before, and our platforms, sign with."""
    newest = row.keys.filter(kind=KeyKind.HMAC, ended_at__isnull=True).first()
    row.sealed_secret = bytes(newest.sealed_secret) if newest and newest.sealed_secret else b""
    if newest:
        row.secret_made_at = newest.made_at
    row.save(update_fields=["sealed_secret", "secret_made_at"])
