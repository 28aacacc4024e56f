"""Keep remote catalogues: add one, change it, let a second person look, pause and retire it."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.keys import api as keys
from haihe.base.outward import api as outward
from haihe.data.harvest.errors import InputRefused
from haihe.data.harvest.models import Direction, Kind, RemoteCatalogue, Rhythm
from haihe.data.harvest.operations.recording import check_idle, locked, make_move, write_down
from haihe.data.harvest.queries import parts_of
from haihe.data.harvest.wording import problem_told
from haihe.data.harvest.workflow import BY_HAND, Part
from haihe.data.open import api as open_data
from haihe.kernel.text import tidy

_SLUG: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_RESERVED: Final = frozenset({"new", "runs"})
_MOST_ENTRIES: Final = 200
STEPS: Final = {
    Rhythm.HOURLY: timedelta(hours=1),
    Rhythm.DAILY: timedelta(days=1),
    Rhythm.WEEKLY: timedelta(days=7),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCatalogue:
    """What a keeper tells. `token` "" keeps the one that is there; maps lead from the other side's words to ours."""

    title: str
    direction: str = Direction.IN
    kind: str
    url: str
    rhythm: str = Rhythm.BY_HAND
    organisations: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    licence_map: dict[str, str] = field(default_factory=dict)
    topic_map: dict[str, str] = field(default_factory=dict)
    owner_map: dict[str, str] = field(default_factory=dict)
    remote_owner: str = ""
    most_gone_percent: int = 10
    token: str = field(default="", repr=False)


@transaction.atomic
def add_catalogue(*, actor: Actor, slug: str, new: NewCatalogue, now: datetime) -> RemoteCatalogue:
    """Begin a catalogue as a draft. Raises: NotPermitted, InputRefused."""
    if Part.KEEPER not in parts_of(actor):
        raise NotPermitted("only the data centre keeps remote catalogues")
    if not _SLUG.fullmatch(slug) or len(slug) > 40 or slug in _RESERVED:
        raise InputRefused(_("英文名称以字母开头，只用小写字母、数字和连字符，例如 binhai-open。"))
    if RemoteCatalogue.objects.filter(slug=slug).exists():
        raise InputRefused(_("这个英文名称已经有人用了，请换一个。"))
    row = RemoteCatalogue(slug=slug, created_at=now, updated_at=now, **_told(new))
    _seal(row, new.token)
    row.save(force_insert=True)
    write_down(row, actor, "add", now=now, part=Part.KEEPER, facts={"url": row.url})
    return row


@transaction.atomic
def change_catalogue(*, actor: Actor, slug: str, new: NewCatalogue, now: datetime) -> None:
    """Tell anew what a catalogue is; a second person has to look again.

    Raises: NotFound, NotPermitted, NotNow, InputRefused.
    """
    row = locked(actor, slug)
    # What a run began with was looked at by two; it ends before anything else may come through it.
    check_idle(row)
    if new.direction != row.direction and (row.datasets.exists() or row.copies.exists()):
        raise InputRefused(_("已经采集或者发布过，不能改变方向；请另建一个远端目录。"))
    before = row.url
    for name, value in _told(new).items():
        setattr(row, name, value)
    if before != row.url and not new.token:
        # A token is for whom it was given to.
        row.sealed_token = None
    _seal(row, new.token)
    row.next_at = None
    make_move(row, actor, "change", now=now, url=row.url)


@transaction.atomic
def move(*, actor: Actor, slug: str, name: str, now: datetime, words: str = "") -> None:
    """Make one move of the workflow. Raises: NotFound, NotPermitted, NotNow, InputRefused."""
    if name not in BY_HAND:
        raise NotPermitted(f"{name} is no button")
    row = locked(actor, slug)
    if name == "approve" and actor.user_id is not None and actor.user_id == row.proposed_by:
        raise NotPermitted("who proposed it doesn't approve it")
    if name == "propose":
        row.proposed_by = actor.user_id
    row.next_at = now if name in ("approve", "resume") and row.rhythm in STEPS else None
    make_move(row, actor, name, now=now, words=words)


def token_of(row: RemoteCatalogue) -> str:
    """Open the token for a run. Raises: KeyringError."""
    sealed = row.sealed_token
    return keys.keyring().open(bytes(sealed), context=row.seal_context).decode() if sealed else ""


def _seal(row: RemoteCatalogue, token: str) -> None:
    if not token:
        return
    if not token.isascii() or not token.isprintable() or len(token) > 500:
        raise InputRefused(_("令牌只能是可见的英文字符。"))
    row.sealed_token = keys.keyring().seal(token.encode(), context=row.seal_context)


def _told(new: NewCatalogue) -> dict[str, Any]:
    _check(new)
    return {
        "title": tidy(new.title),
        "direction": new.direction,
        "kind": new.kind,
        "url": new.url,
        "rhythm": new.rhythm,
        "organisations": list(new.organisations),
        "tags": list(new.tags),
        "licence_map": new.licence_map,
        "topic_map": new.topic_map,
        "owner_map": new.owner_map,
        "remote_owner": new.remote_owner,
        "most_gone_percent": new.most_gone_percent,
    }


def _check(new: NewCatalogue) -> None:
    if not 1 <= len(tidy(new.title)) <= 100:
        raise InputRefused(_("请填写名称，不超过 100 个字。"))
    if new.kind not in Kind.values or new.direction not in Direction.values or new.rhythm not in Rhythm.values:
        raise InputRefused(_("请选择方向、类型和频率。"))
    if new.direction == Direction.OUT and new.kind != Kind.CKAN:
        raise InputRefused(_("只能发布到 CKAN；DCAT 和 data.json 由对方到本平台的接口来取。"))
    if len(new.url) > 500:
        raise InputRefused(_("地址太长。"))
    try:
        outward.read_url(new.url)
    except outward.OutwardFailed as failed:
        raise InputRefused(problem_told(failed.fault, "")) from None
    if not 1 <= new.most_gone_percent <= 100:
        raise InputRefused(_("比例应在 1 到 100 之间。"))
    _check_words(new)


def _check_words(new: NewCatalogue) -> None:
    maps = (new.licence_map, new.topic_map, new.owner_map)
    if any(len(one) > _MOST_ENTRIES for one in (*maps, new.organisations, new.tags)):
        raise InputRefused(_("每项不超过 %(n)s 行。") % {"n": _MOST_ENTRIES})
    if any(len(word) > 100 for word in (*new.organisations, *new.tags, new.remote_owner)):
        raise InputRefused(_("机构和标签每个不超过 100 个字。"))
    if unknown := set(new.licence_map.values()) - set(open_data.Licence.values):
        raise InputRefused(_("没有许可 %(name)s，可用：%(all)s。") % _known(unknown, open_data.Licence.values))
    if unknown := set(new.topic_map.values()) - set(open_data.topics()):
        raise InputRefused(_("没有主题 %(name)s，可用：%(all)s。") % _known(unknown, open_data.topics()))
    if unknown := {code for code in new.owner_map.values() if not re.fullmatch(r"[0-9A-Z]{6,12}", code)}:
        raise InputRefused(_("部门代码 %(name)s 不对，例如 120012。") % {"name": min(unknown)[:40]})


def _known(unknown: set[str], known: Any) -> dict[str, str]:
    return {"name": min(unknown)[:40], "all": "、".join(known)}
