"""What developers see: their registration, their keys, and how much each is used."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.base.accounts.api import Actor
from haihe.data.open import queries_keys
from haihe.data.open.models import AccessKey, Developer, DeveloperKind, UseKind
from haihe.data.open.operations import IssuedKey, NewDeveloper
from haihe.data.sharing import api as sharing

type Text = str | Promise
_SOON: Final = timedelta(days=14)
HAPPENED: Final[dict[str, Text]] = {
    "register": _("登记"),
    "make_key": _("新建密钥"),
    "rotate_key": _("更换密钥"),
    "renew_key": _("续期"),
    "revoke_key": _("停用密钥"),
    "choose_datasets": _("选择密钥可以读取的数据"),
}


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One key in the list. `tone` and `state` say how it stands."""

    row: AccessKey
    state: Text
    tone: str
    used_today: int
    is_live: bool


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of history, as the time line tag wants it."""

    title: Text
    at: datetime
    who: str
    detail: str
    tone: str = "neutral"


@dataclass(frozen=True, slots=True)
class DeveloperPage:
    """The developer's page; `row` None: not registered yet, and `told` is what the form says."""

    row: Developer | None
    told: NewDeveloper
    keys: tuple[KeyLine, ...]
    events: tuple[Happened, ...]
    kinds: tuple[tuple[str, Text], ...]
    uses: tuple[tuple[str, Text], ...]
    issued: IssuedKey | None
    complaint: str


def developer_page(
    row: Developer | None,
    *,
    now: datetime,
    told: NewDeveloper | None = None,
    issued: IssuedKey | None = None,
    complaint: str = "",
) -> DeveloperPage:
    keys = queries_keys.keys_of(row, now=now) if row else []
    used = queries_keys.used_on(keys, timezone.localdate(now))
    return DeveloperPage(
        row=row,
        told=told or NewDeveloper(),
        keys=tuple(key_line(key, used.get(key.id, 0), now) for key in keys),
        events=tuple(_happened(row)) if row else (),
        kinds=tuple(DeveloperKind.choices),
        uses=tuple(UseKind.choices),
        issued=issued,
        complaint=complaint,
    )


def key_line(key: AccessKey, used_today: int, now: datetime) -> KeyLine:
    state, tone = _state(key, now)
    return KeyLine(key, state, tone, used_today, key.serves(now))


def _state(key: AccessKey, now: datetime) -> tuple[Text, str]:
    if key.revoked_at is not None:
        return _("已停用"), "neutral"
    if now >= key.valid_until:
        return _("已到期"), "neutral"
    if key.replaced_at is not None:
        return _("已更换，将停用"), "warning"
    return (_("即将到期"), "warning") if key.valid_until - now < _SOON else (_("有效"), "success")


@dataclass(frozen=True, slots=True)
class KeyPage:
    """One key: what it is used for, and how much."""

    line: KeyLine
    days: tuple[tuple[date, int], ...]
    in_all: int
    is_own: bool
    may_end: bool
    may_change: bool
    granted: tuple[tuple[sharing.OpeningInfo, bool], ...]
    complaint: str


def key_page(actor: Actor, key: AccessKey, *, now: datetime, complaint: str = "") -> KeyPage:
    days = queries_keys.used_lately(key, today=timezone.localdate(now))
    is_own, is_live = key.owner == actor.user_id, key.serves(now)
    return KeyPage(
        line=key_line(key, days[0][1], now),
        days=tuple(days),
        in_all=queries_keys.used_in_all(key),
        is_own=is_own,
        may_end=is_live and (is_own or queries_keys.may_end_others(actor)),
        may_change=is_live and is_own and key.replaced_at is None,
        granted=tuple((info, info.dataset in (key.datasets or ())) for info in _granted(key, now) if is_live),
        complaint=complaint,
    )


def _granted(key: AccessKey, now: datetime) -> list[sharing.OpeningInfo]:
    return sharing.grants_in_force(key.owner, now=now) if key.owner else []


def _happened(row: Developer) -> list[Happened]:
    events = row.events.order_by("-at", "-pk")
    return [Happened(HAPPENED.get(event.name, event.name), event.at, event.actor_name, event.words) for event in events]
